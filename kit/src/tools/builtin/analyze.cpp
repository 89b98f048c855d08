#include <boost/json/serialize.hpp>

#include <container_kit/kit/analysis_json.h>
#include <container_kit/kit/tool.h>

#include "tools/analyses.h"

namespace container_kit::kit {

namespace {

// What to_json() writes.
ToolOutputFields analysis_fields() {
  const auto text = [](const char* name, const char* description = "") {
    return OutputField{name, FieldType::kString, description};
  };
  const auto number = [](const char* name, const char* description = "") {
    return OutputField{name, FieldType::kInteger, description};
  };
  const auto list = [](const char* name, const char* description, ToolOutputFields fields) {
    return OutputField{name, FieldType::kObjectList, description, true, false, std::move(fields)};
  };
  const OutputField source = text("source", "The file it was read from");
  return {text("path", "The repository, as the system names it"),
          number("files"),
          number("folders"),
          number("lines", "In the files of known languages"),
          list("languages", "Programming languages first, each kind by lines",
               {text("name"), text("kind"), number("files"), number("lines")}),
          list("package_managers", "Nearest the root first, as all that follows",
               {text("name"),
                text("manifest"),
                {.name = "lock_file", .nullable = true},
                text("version"),
                {.name = "locked", .type = FieldType::kBoolean}}),
          list("build_tools", "", {text("name"), text("version"), source}),
          list("frameworks", "", {text("name"), text("version"), source}),
          list("runtime_versions", "", {text("runtime"), text("version", "As it is stated"), source}),
          list("entry_points", "", {text("path"), text("name"), source}),
          list("start_commands", "The best one first", {text("command"), text("folder"), source}),
          list("ports", "", {number("number"), text("reason"), source}),
          list("databases", "", {text("name"), text("client"), source}),
          list("system_packages", "By Debian's names", {text("name"), text("needed_for"), source}),
          list("members", "Of a monorepo", {text("path"), text("name"), text("tool"), source}),
          list("suggestions", "", {text("code"), text("message"), source}),
          list("notes", "What kept the analysis from being complete", {text("code"), text("message")})};
}

class AnalyzeTool : public Tool {
 public:
  std::string_view name() const override { return "analyze"; }
  std::string_view title() const override { return "Analyse a repository"; }
  std::string_view description() const override {
    return "Says what a source repository is made of: languages, package managers, frameworks, entry points, "
           "ports";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override { return result_schema(analysis_fields()); }
  ToolAnnotations annotations() const override {
    return {.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
  }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto inspection = inspect_for(context, arguments.string("path"));
    if (!inspection) return inspection.error();
    const auto& analysis = (*inspection)->analysis;
    return ToolOutput{boost::json::serialize(to_json(analysis)), to_text(analysis)};
  }

 private:
  ToolInput input_{{"path", FieldType::kString, "The repository's folder", true}};
};

}  // namespace

std::unique_ptr<Tool> make_analyze_tool() {
  return std::make_unique<AnalyzeTool>();
}

}  // namespace container_kit::kit
