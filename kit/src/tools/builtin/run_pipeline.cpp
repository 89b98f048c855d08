#include <algorithm>

#include <boost/json.hpp>

#include "analyze/path_guard.h"
#include "analyze/read_file.h"
#include "pipeline/pipeline_tool.h"
#include "tools/argument_check.h"
#include "tools/quoted.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

constexpr std::size_t kLargestDefinition = std::size_t{256} << 10;

ToolError invalid(std::string_view field, std::string message) {
  return {ToolErrorCode::kInvalidArgument, std::move(message), std::string(field)};
}

// The path guard speaks of an argument 'path'.
ToolError of_file(ToolError error) {
  if (!error.field.empty()) error.field = "file";
  return error;
}

ToolResult<std::string> read_file(const std::vector<std::string>& roots, const std::string& path) {
  const auto guard = analysis::PathGuard::open(roots);
  if (!guard) return guard.error();
  const auto place = analysis::place_of_file(*guard, path);
  if (!place) return of_file(place.error());
  auto text = analysis::read_file(place->folder, {place->name, "file", "a pipeline", kLargestDefinition});
  if (!text) return std::move(text).error();
  if (*text) return std::move(**text);
  return ToolError{ToolErrorCode::kPathNotFound,
                   "there is no pipeline " + in_quotes(path) + "; check its spelling", "file"};
}

// NAME=VALUE as an argument of the declared type.
ToolResult<json::object> inputs_of(const ToolInput& declared, const std::vector<std::string>& given) {
  json::object inputs;
  for (const auto& text : given) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return invalid("inputs", in_quotes(text) + " is not NAME=VALUE");
    const std::string name = text.substr(0, equals);
    const std::string value = text.substr(equals + 1);
    const auto field = std::find_if(declared.begin(), declared.end(),
                                    [&name](const InputField& one) { return one.name == name; });
    const FieldType type = field == declared.end() ? FieldType::kString : field->type;
    if (type == FieldType::kStringList) {
      json::value& list = inputs[name];
      if (!list.is_array()) list.emplace_array();
      list.get_array().emplace_back(value);
    } else if (type == FieldType::kString) {
      inputs[name] = value;
    } else {
      boost::system::error_code problem;
      inputs[name] = json::parse(value, problem);
      if (problem) return invalid("inputs", in_quotes(text) + ": the value is not of the input's type");
    }
  }
  return inputs;
}

class RunPipelineTool : public Tool {
 public:
  std::string_view name() const override { return "run_pipeline"; }
  std::string_view title() const override { return "Run a pipeline"; }
  std::string_view description() const override {
    return "Runs a pipeline of one's own: stages of tools with conditions, retries and branches, written in "
           "YAML";
  }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override { return pipeline::run_schema(); }
  std::chrono::milliseconds deadline() const override { return std::chrono::hours(1); }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto yaml = read_file(context.allowed_roots, arguments.string("file"));
    if (!yaml) return yaml.error();
    const auto definition = pipeline::read_definition(*yaml, context.tools);
    if (!definition) return definition.error();
    const auto given = inputs_of(definition->inputs, arguments.list("inputs"));
    if (!given) return given.error();
    const auto checked = check_arguments(definition->inputs, *given);
    if (!checked) return checked.error();
    json::object inputs;
    for (const auto& [name, value] : checked->values()) {
      inputs[name] = std::visit([](const auto& held) { return json::value_from(held); }, value);
    }
    return pipeline::start_or_resume(*definition, std::move(inputs), arguments.string("resume"), context);
  }

 private:
  ToolInput input_{{.name = "file", .description = "The pipeline, a YAML file", .required = true},
                   {.name = "inputs", .type = FieldType::kStringList, .description = "Each NAME=VALUE"},
                   {.name = "resume", .description = "The id of a run that did not come to its end"}};
};

}  // namespace

std::unique_ptr<Tool> make_run_pipeline_tool() {
  return std::make_unique<RunPipelineTool>();
}

}  // namespace container_kit::kit
