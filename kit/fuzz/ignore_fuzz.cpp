// Any bytes as a .gitignore and a path: of the rules the last that fits decides, whatever the others are.
// What git says of rules drawn at random is asked in test/analyze/ignore_random_test.cpp.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyze/ignore.h"

namespace {

namespace analysis = container_kit::kit::analysis;
using Verdict = analysis::IgnoreRules::Verdict;

Verdict verdict_line_by_line(std::string_view rules, std::string_view path, bool is_folder) {
  Verdict last = Verdict::kSilent;
  while (!rules.empty()) {
    const auto newline = rules.find('\n');
    const auto line = rules.substr(0, newline);
    rules.remove_prefix(newline == std::string_view::npos ? rules.size() : newline + 1);
    const auto verdict = analysis::IgnoreRules(line).verdict(path, is_folder);
    if (verdict != Verdict::kSilent) last = verdict;
  }
  return last;
}

// A byte order mark is one only where the text begins.
bool has_mark_inside(std::string_view rules) {
  return rules.find("\n\xEF\xBB\xBF") != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto nul = bytes.rfind('\0');
  const auto rules = bytes.substr(0, nul);
  const auto path = nul == std::string_view::npos ? std::string_view("src/main.c") : bytes.substr(nul + 1);
  const analysis::IgnoreRules all(rules);
  for (const bool is_folder : {false, true}) {
    const auto verdict = all.verdict(path, is_folder);
    if (!has_mark_inside(rules) && verdict != verdict_line_by_line(rules, path, is_folder)) std::abort();
    analysis::IgnoreStack stack;
    stack.push("", all);
    if (stack.ignores(path, is_folder) != (verdict == Verdict::kIgnore)) std::abort();
  }
  return 0;
}
