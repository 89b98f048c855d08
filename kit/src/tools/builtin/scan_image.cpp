#include <boost/json.hpp>

#include <container_kit/kit/tool.h>

#include "analyze/safe_text.h"
#include "containers/engine.h"
#include "containers/scan_report.h"
#include "process/child.h"
#include "process/programs.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

using containers::kSeverityNames;
using containers::Vulnerability;

constexpr std::size_t kMostFindings = 500;
constexpr std::size_t kMostReport = std::size_t{64} << 20;

std::vector<std::string> scan_arguments(const process::Program& scanner, const std::string& image) {
  if (scanner.name == "trivy") return {"image", "--quiet", "--format", "json", "--scanners", "vuln", image};
  return {image, "--quiet", "--output", "json"};
}

struct Verdict {
  std::array<std::size_t, kSeverityNames.size()> counts{};
  bool passed = true;
};

// `least`: of kSeverityNames, the least that fails; beyond them: nothing does.
Verdict judge(const std::vector<Vulnerability>& all, std::size_t least) {
  Verdict verdict;
  for (const auto& one : all) {
    const auto severity = static_cast<std::size_t>(one.severity);
    ++verdict.counts.at(severity);
    if (severity >= least) verdict.passed = false;
  }
  return verdict;
}

json::object to_json(const Vulnerability& one) {
  return {{"id", one.id},
          {"severity", kSeverityNames.at(static_cast<std::size_t>(one.severity))},
          {"package", one.package},
          {"installed", one.installed},
          {"fixed", one.fixed}};
}

std::string to_text(const std::vector<Vulnerability>& all, const Verdict& verdict) {
  constexpr std::size_t kMostLines = 20;
  std::string text = std::to_string(all.size()) + " vulnerabilities";
  for (std::size_t i = kSeverityNames.size(); i-- > 0;) {
    if (verdict.counts.at(i) == 0) continue;
    text += ", " + std::to_string(verdict.counts.at(i)) + " " + std::string(kSeverityNames.at(i));
  }
  text += verdict.passed ? "\n" : ": not passed\n";
  for (std::size_t i = 0; i < std::min(all.size(), kMostLines); ++i) {
    const Vulnerability& one = all[i];
    text += analysis::printable(one.id + " " +
                                std::string(kSeverityNames.at(static_cast<std::size_t>(one.severity))) + " " +
                                one.package + " " + one.installed +
                                (one.fixed.empty() ? ", not mended yet" : ", mended in " + one.fixed)) +
            "\n";
  }
  if (all.size() > kMostLines) text += "and " + std::to_string(all.size() - kMostLines) + " more\n";
  return text;
}

class ScanImageTool : public Tool {
 public:
  std::string_view name() const override { return "scan_image"; }
  std::string_view title() const override { return "Scan an image"; }
  std::string_view description() const override {
    return "Looks for known vulnerabilities in an image, by trivy or grype";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override {
    ToolOutputFields counts;
    for (const auto name : kSeverityNames) counts.push_back({std::string(name), FieldType::kInteger});
    return result_schema(
        {{"image", FieldType::kString, "The image"},
         {"scanner", FieldType::kString, "What looked"},
         {"passed", FieldType::kBoolean, "Nothing is as grave as fail_on"},
         {.name = "counts", .type = FieldType::kObject, .fields = counts},
         {.name = "findings",
          .type = FieldType::kObjectList,
          .description = "The gravest first, 500 at most",
          .fields = {{"id"},
                     {"severity"},
                     {"package"},
                     {"installed"},
                     {"fixed", FieldType::kString, "The version to take; empty: none yet"}}}});
  }
  ToolAnnotations annotations() const override {
    return {.read_only = true, .destructive = false, .idempotent = true};
  }
  std::chrono::milliseconds deadline() const override { return std::chrono::minutes(10); }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto image = containers::image_argument(arguments, "image");
    if (!image) return image.error();
    const auto scanner = process::find_program({"trivy", "grype"}, arguments.string("scanner"),
                                               "install a scanner: trivy or grype");
    if (!scanner) return scanner.error();
    process::ChildRequest request{scanner->path, scan_arguments(*scanner, *image)};
    request.most_output = kMostReport;
    const auto done = process::run_successfully(request, context);
    if (!done) return done.error();
    const auto found = scanner->name == "trivy" ? containers::read_trivy(done->output)
                                                : containers::read_grype(done->output);
    if (!found) return found.error();
    return report(*image, scanner->name, *found, arguments.string("fail_on"));
  }

 private:
  static ToolOutput report(const std::string& image, const std::string& scanner,
                           const std::vector<Vulnerability>& all, std::string_view fail_on) {
    const auto* const least = std::find(kSeverityNames.begin(), kSeverityNames.end(), fail_on);
    const Verdict verdict = judge(all, static_cast<std::size_t>(least - kSeverityNames.begin()));
    json::object counts;
    for (std::size_t i = 0; i < kSeverityNames.size(); ++i)
      counts[kSeverityNames.at(i)] = verdict.counts.at(i);
    json::array findings;
    for (const auto& one : all) {
      if (findings.size() < kMostFindings) findings.push_back(to_json(one));
    }
    const json::object result{{"image", image},
                              {"scanner", scanner},
                              {"passed", verdict.passed},
                              {"counts", std::move(counts)},
                              {"findings", std::move(findings)}};
    return {json::serialize(result), to_text(all, verdict), all.size()};
  }

  ToolInput input_{containers::image_field("image", "The image to look into"),
                   {.name = "fail_on",
                    .description = "The least severity with which `passed` is false",
                    .choices = {"low", "medium", "high", "critical", "none"},
                    .otherwise = "critical"},
                   {.name = "scanner",
                    .description = "Which scanner to use; the first that is installed if left out",
                    .choices = {"trivy", "grype"}}};
};

}  // namespace

std::unique_ptr<Tool> make_scan_image_tool() {
  return std::make_unique<ScanImageTool>();
}

}  // namespace container_kit::kit
