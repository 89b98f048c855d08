#include "containers/scan_report.h"

#include <algorithm>
#include <tuple>

#include <boost/json.hpp>

#include "analyze/text.h"

namespace container_kit::kit::containers {
namespace json = boost::json;

namespace {

ToolError not_understood(std::string_view scanner) {
  return {ToolErrorCode::kProgramFailed,
          std::string(scanner) + " answered with something else than its JSON report; is it up to date?", ""};
}

// The member of an object, or null.
const json::value* member(const json::value& of, std::string_view name) {
  const json::object* const object = of.if_object();
  return object != nullptr ? object->if_contains(name) : nullptr;
}

std::string text(const json::value& of, std::string_view name) {
  const json::value* const found = member(of, name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

const json::array& list(const json::value& of, std::string_view name) {
  static const json::array none;
  const json::value* const found = member(of, name);
  return found != nullptr && found->is_array() ? found->get_array() : none;
}

// grype says "Negligible" of what is less than low.
VulnerabilitySeverity severity_of(std::string_view given) {
  const std::string name = analysis::lower(given);
  if (name == "negligible") return VulnerabilitySeverity::kLow;
  const auto* const found = std::find(kSeverityNames.begin(), kSeverityNames.end(), name);
  return found == kSeverityNames.end() ? VulnerabilitySeverity::kUnknown
                                       : static_cast<VulnerabilitySeverity>(found - kSeverityNames.begin());
}

std::vector<Vulnerability> sorted(std::vector<Vulnerability> all) {
  std::sort(all.begin(), all.end(), [](const Vulnerability& a, const Vulnerability& b) {
    return std::tie(b.severity, a.id, a.package, a.installed) <
           std::tie(a.severity, b.id, b.package, b.installed);
  });
  return all;
}

}  // namespace

ToolResult<std::vector<Vulnerability>> read_trivy(std::string_view report) {
  boost::system::error_code problem;
  const json::value root = json::parse(report, problem);
  if (problem || member(root, "SchemaVersion") == nullptr) return not_understood("trivy");
  std::vector<Vulnerability> all;
  for (const auto& target : list(root, "Results")) {
    for (const auto& one : list(target, "Vulnerabilities")) {
      all.push_back({text(one, "VulnerabilityID"), text(one, "PkgName"), text(one, "InstalledVersion"),
                     text(one, "FixedVersion"), severity_of(text(one, "Severity"))});
    }
  }
  return sorted(std::move(all));
}

ToolResult<std::vector<Vulnerability>> read_grype(std::string_view report) {
  boost::system::error_code problem;
  const json::value root = json::parse(report, problem);
  if (problem || member(root, "matches") == nullptr) return not_understood("grype");
  static const json::value nothing;
  std::vector<Vulnerability> all;
  for (const auto& match : list(root, "matches")) {
    const json::value* const found = member(match, "vulnerability");
    const json::value* const artifact = member(match, "artifact");
    const json::value& what = found != nullptr ? *found : nothing;
    const json::value& where = artifact != nullptr ? *artifact : nothing;
    const json::value* const fix = member(what, "fix");
    const json::array& versions = list(fix != nullptr ? *fix : nothing, "versions");
    const bool is_fixed = !versions.empty() && versions.front().is_string();
    all.push_back({text(what, "id"), text(where, "name"), text(where, "version"),
                   is_fixed ? std::string(versions.front().get_string()) : std::string(),
                   severity_of(text(what, "severity"))});
  }
  return sorted(std::move(all));
}

}  // namespace container_kit::kit::containers
