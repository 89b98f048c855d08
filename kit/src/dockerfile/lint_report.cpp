#include "dockerfile/lint_report.h"

#include <numeric>

#include <boost/json.hpp>

#include "analyze/safe_text.h"

namespace container_kit::kit::dockerfile {
namespace json = boost::json;

namespace {

Severity severity_at(std::size_t index) {
  return static_cast<Severity>(index);
}

json::object finding_json(const Finding& finding, const json::storage_ptr& storage) {
  json::object object({{"rule", finding.rule},
                       {"severity", name_of(finding.severity)},
                       {"line", finding.at.line},
                       {"column", finding.at.column},
                       {"message", analysis::valid_utf8(finding.message)}},
                      storage);
  if (!finding.fix.empty()) object["fix"] = analysis::valid_utf8(finding.fix);
  return object;
}

std::string counted(const LintResult& result) {
  if (result.findings.empty()) return "no findings";
  std::string text;
  for (std::size_t i = 0; i < kSeverities; ++i) {
    if (result.counts[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(result.counts[i]) + " " +
            std::string(name_of(severity_at(i)));
  }
  return text;
}

}  // namespace

json::object to_json(const LintResult& result, std::string_view path, const json::storage_ptr& storage) {
  json::array findings(storage);
  findings.reserve(result.findings.size());
  for (const auto& finding : result.findings) findings.push_back(finding_json(finding, storage));
  json::object counts(
      {{"total", std::accumulate(result.counts.begin(), result.counts.end(), std::size_t{0})}}, storage);
  for (std::size_t i = 0; i < kSeverities; ++i) counts[name_of(severity_at(i))] = result.counts[i];
  return {{{"path", analysis::valid_utf8(path)},
           {"findings", std::move(findings)},
           {"counts", std::move(counts)},
           {"ignored", result.ignored}},
          storage};
}

std::string to_text(const LintResult& result, std::string_view path) {
  const auto shown = analysis::printable(path);
  std::string text;
  constexpr std::size_t kUsualLine = 160;
  text.reserve((result.findings.size() + 1) * kUsualLine);
  for (const auto& finding : result.findings) {
    text.append(shown).append(":").append(std::to_string(finding.at.line));
    text.append(":").append(std::to_string(finding.at.column)).append(": ");
    text.append(name_of(finding.severity)).append(" ").append(finding.rule).append(" ");
    text.append(analysis::printable(finding.message)).append("\n");
    if (!finding.fix.empty()) text.append("    fix: ").append(analysis::printable(finding.fix)).append("\n");
  }
  text += shown + ": " + counted(result);
  if (result.ignored > 0) text += " (" + std::to_string(result.ignored) + " ignored by the file)";
  return text + "\n";
}

}  // namespace container_kit::kit::dockerfile
