#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>

#include <container_kit/kit/tool.h>

#include "dockerfile/dockerfile_source.h"
#include "dockerfile/lint.h"
#include "dockerfile/lint_report.h"

namespace container_kit::kit {

namespace {

ToolOutputFields lint_fields() {
  const auto number = [](const char* name) { return OutputField{name, FieldType::kInteger}; };
  return {{"path", FieldType::kString, "The Dockerfile"},
          {.name = "findings",
           .type = FieldType::kObjectList,
           .description = "By position, then by rule",
           .fields = {{"rule", FieldType::kString, "hadolint's number or BuildKit's name"},
                      {"severity", FieldType::kString, "error, warning, info or style"},
                      number("line"),
                      {"column", FieldType::kInteger, "In bytes, from 1"},
                      {"message"},
                      {"fix", FieldType::kString, "What to write instead, where that is clear", false}}},
          {.name = "counts",
           .type = FieldType::kObject,
           .fields = {number("total"), number("error"), number("warning"), number("info"), number("style")}},
          {"ignored", FieldType::kInteger, "Findings that comments in the file leave out"}};
}

class LintDockerfileTool : public Tool {
 public:
  std::string_view name() const override { return "lint_dockerfile"; }
  std::string_view title() const override { return "Lint a Dockerfile"; }
  std::string_view description() const override {
    return "Checks a Dockerfile by hadolint's rules and BuildKit's checks: where, how grave, what to write "
           "instead";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override { return result_schema(lint_fields()); }
  ToolAnnotations annotations() const override {
    return {.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
  }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto source = source_of(arguments, context);
    if (!source) return source.error();
    const auto result = dockerfile::lint(source->text, source->dockerignore, context.stop);
    if (context.stop.stop_requested()) return context.stopped();
    boost::json::monotonic_resource memory;
    return ToolOutput{boost::json::serialize(dockerfile::to_json(result, source->path, &memory)),
                      dockerfile::to_text(result, source->path), result.findings.size()};
  }

 private:
  static ToolResult<dockerfile::DockerfileSource> source_of(const ToolArguments& arguments,
                                                            const ToolContext& context) {
    if (arguments.has("path") == arguments.has("content")) {
      return ToolError{ToolErrorCode::kInvalidArgument,
                       "give either path, a Dockerfile or a folder with one, or content, its text", "path"};
    }
    if (arguments.has("path"))
      return dockerfile::read_dockerfile(context.allowed_roots, arguments.string("path"));
    auto content = arguments.string("content");
    if (content.size() > dockerfile::kLargestDockerfile) {
      return ToolError{ToolErrorCode::kTooLarge, "content is longer than 1 MiB, which no Dockerfile is",
                       "content"};
    }
    return dockerfile::DockerfileSource{"Dockerfile", std::move(content), std::nullopt};
  }

  ToolInput input_{{.name = "path", .description = "A Dockerfile, or a folder with one"},
                   {.name = "content", .description = "The text of a Dockerfile, instead of path"}};
};

}  // namespace

std::unique_ptr<Tool> make_lint_dockerfile_tool() {
  return std::make_unique<LintDockerfileTool>();
}

}  // namespace container_kit::kit
