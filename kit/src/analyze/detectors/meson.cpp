// C and C++ with Meson: meson.build.
#include "analyze/detector.h"
#include "analyze/detectors/native_packages.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

// The text of each call of `function`, up to its closing bracket, brackets within counted.
std::vector<std::string_view> calls_of(std::string_view text, std::string_view function) {
  std::vector<std::string_view> calls;
  const std::string opening = std::string(function) + "(";
  for (auto at = text.find(opening); at != kNotFound; at = text.find(opening, at + 1)) {
    const bool whole_word = at == 0 || contains(" \t\n=,([.", text.substr(at - 1, 1));
    if (!whole_word) continue;
    const auto from = at + opening.size();
    int depth = 1;
    auto end = from;
    for (; end < text.size() && depth > 0; ++end) depth += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
    calls.push_back(text.substr(from, end - from));
  }
  return calls;
}

std::string_view standard_of(std::string_view call, std::string_view option) {
  for (const auto text : quoted_strings(call)) {
    if (text.starts_with(option)) return text.substr(option.size());
  }
  return {};
}

void detect(const Project& project, Findings& findings) {
  const auto source = project.path("meson.build");
  const auto text = without_comments(project.text("meson.build"), "#");
  for (const auto call : calls_of(text, "project")) {
    if (project.has_above("meson.build")) break;
    findings.build_tool("Meson", quoted_after(call, "meson_version").value_or(""), source);
    findings.runtime("c", standard_of(call, "c_std="), source);
    findings.runtime("c++", standard_of(call, "cpp_std="), source);
    break;
  }
  for (const auto call : calls_of(text, "dependency")) {
    const auto strings = quoted_strings(call);
    if (!strings.empty()) report_native_library(strings.front(), source, findings);
  }
  for (const auto call : calls_of(text, "executable")) {
    const auto strings = quoted_strings(call);
    if (strings.empty() || contains(lower(strings[0]), "test")) continue;
    const bool has_source = strings.size() > 1 && project.has(strings[1]);
    findings.entry_point(has_source ? project.path(strings[1]) : source, strings[0], source);
  }
}

}  // namespace

const Detector kMesonDetector{"c++ (Meson)", "meson.build", detect};

}  // namespace container_kit::kit::analysis
