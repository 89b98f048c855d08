// Any bytes as a Dockerfile and its .dockerignore: a result comes back, every position lies in the text, and
// the same bytes give the same result.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dockerfile/lint.h"
#include "dockerfile/parser.h"

namespace {

namespace dockerfile = container_kit::kit::dockerfile;

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // What stands behind the last NUL is the .dockerignore.
  const auto nul = bytes.rfind('\0');
  const auto text = bytes.substr(0, nul);
  const auto ignore = nul == std::string_view::npos ? std::string() : std::string(bytes.substr(nul + 1));
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  const auto result = dockerfile::lint(text, ignore);
  for (const auto& finding : result.findings) {
    check(finding.at.line >= 1 && finding.at.line <= lines && finding.at.column >= 1);
    check(!finding.rule.empty() && !finding.message.empty());
  }
  const auto again = dockerfile::lint(text, ignore);
  check(again.counts == result.counts && again.ignored == result.ignored);
  for (const auto& stage : dockerfile::parse(text).stages) check(stage.first < stage.end);
  return 0;
}
