#include "pipeline/pipeline_tool.h"

#include <algorithm>

#include <boost/json.hpp>

#include "analyze/safe_text.h"
#include "tools/quoted.h"

namespace container_kit::kit::pipeline {
namespace json = boost::json;

namespace {

ToolError invalid(std::string_view field, std::string message) {
  return {ToolErrorCode::kInvalidArgument, std::move(message), std::string(field)};
}

json::value to_json(const ArgumentValue& value) {
  return std::visit([](const auto& held) { return json::value_from(held); }, value);
}

json::object to_json(const StageReport& stage) {
  json::object object{{"name", stage.name},         {"status", name_of(stage.status)},
                      {"reason", stage.reason},     {"duration_ms", stage.duration.count()},
                      {"attempts", stage.attempts}, {"result", stage.result}};
  if (stage.error)
    object["error"] = {{"code", name_of(stage.error->code)}, {"message", stage.error->message}};
  return object;
}

std::string to_text(const RunReport& report) {
  std::size_t widest = 0;
  for (const auto& stage : report.stages) widest = std::max(widest, stage.name.size());
  std::string text;
  for (const auto& stage : report.stages) {
    text +=
        stage.name + std::string(widest + 2 - stage.name.size(), ' ') + std::string(name_of(stage.status));
    if (stage.attempts > 0) text += " in " + std::to_string(stage.duration.count()) + " ms";
    if (stage.attempts > 1) text += ", attempt " + std::to_string(stage.attempts);
    if (!stage.reason.empty()) text += ": " + analysis::printable(stage.reason);
    text += '\n';
  }
  return text;
}

// What has run says more than the stage's message alone.
ToolError failure_of(const Definition& definition, const RunReport& report, bool is_within) {
  ToolError error = *report.error;
  const auto failed = std::find_if(report.stages.begin(), report.stages.end(), [](const StageReport& stage) {
    return stage.status == StageStatus::kFailed;
  });
  if (failed == report.stages.end()) return error;
  error.message = "stage " + failed->name + " of " + definition.name + " failed: " + error.message;
  error.field.clear();
  if (is_within) return error;
  error.message += report.unsaved.empty() ? "; when that is mended, go on with resume=" + report.id
                                          : "; it cannot be resumed: " + report.unsaved;
  return error;
}

const InputField& resume_field() {
  static const InputField field{
      .name = "resume",
      .description = "The id of a run that did not come to its end: finished stages are not done again"};
  return field;
}

class WrittenPipeline : public PipelineTool {
 public:
  WrittenPipeline(std::string_view name, std::string_view description, ToolInput inputs,
                  std::string_view yaml)
      : name_(name),
        title_("Pipeline " + std::string(name)),
        description_(description),
        yaml_(yaml),
        input_(std::move(inputs)) {
    input_.push_back(resume_field());
  }

  std::string_view name() const override { return name_; }
  std::string_view title() const override { return title_; }
  std::string_view description() const override { return description_; }
  std::string_view version() const override { return "1.0.0"; }
  const ToolInput& input() const override { return input_; }
  std::string output_schema() const override { return run_schema(); }
  std::chrono::milliseconds deadline() const override { return std::chrono::hours(1); }

  ToolResult<Definition> definition(const ToolRegistry* tools) const override {
    return read_definition(yaml_, tools, input_);
  }

  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    const auto written = definition(context.tools);
    if (!written) return written.error();
    json::object inputs;
    for (const auto& [name, value] : arguments.values()) {
      if (name != resume_field().name) inputs[name] = to_json(value);
    }
    return start_or_resume(*written, std::move(inputs), arguments.string(resume_field().name), context);
  }

 private:
  std::string_view name_;
  std::string title_;
  std::string_view description_;
  std::string_view yaml_;
  ToolInput input_;
};

}  // namespace

std::string run_schema() {
  return result_schema({{"run", FieldType::kString, "Its id"},
                        {"pipeline", FieldType::kString, "Its name"},
                        {.name = "stages",
                         .type = FieldType::kObjectList,
                         .description = "In the pipeline's order",
                         .fields = {{"name", FieldType::kString},
                                    {"status", FieldType::kString, "succeeded, failed, skipped or resumed"},
                                    {"reason", FieldType::kString, "Why it was skipped, or what failed"},
                                    {"duration_ms", FieldType::kInteger},
                                    {"attempts", FieldType::kInteger},
                                    {"result", FieldType::kObject, "What its tool answered"},
                                    {"error", FieldType::kObject, "Of a stage that failed", false}}}});
}

namespace {

// What the run `id` has done, where it began as `wanted` would. Precondition: its lock is held.
ToolResult<RunState> resumed(const RunFolder& folder, const std::string& id, const RunState& wanted) {
  auto loaded = folder.load(id);
  if (!loaded) return loaded;
  if (loaded->definition != wanted.definition) {
    return invalid("resume", "run " + in_quotes(id) + " began with another definition; start anew");
  }
  if (loaded->inputs != wanted.inputs) {
    return invalid("resume",
                   "run " + in_quotes(id) + " began with other inputs: " + json::serialize(loaded->inputs));
  }
  return loaded;
}

}  // namespace

ToolResult<ToolOutput> start_or_resume(const Definition& definition, json::object inputs,
                                       const std::string& resume, const ToolContext& context) {
  const RunFolder folder(RunFolder::default_path());
  if (context.within == nullptr) folder.remove_old();
  RunState state{new_run_id(), definition.name, definition.text, std::move(inputs), {}};
  const bool is_within = context.within != nullptr;
  if (is_within && !resume.empty())
    return invalid("resume", "a stage cannot resume a run; resume the outermost one");
  const auto lock = is_within ? RunLock() : folder.lock(resume.empty() ? state.id : resume);
  if (!lock) return lock.error();
  if (!resume.empty()) {
    auto loaded = resumed(folder, resume, state);
    if (!loaded) return loaded.error();
    state = *std::move(loaded);
  }
  const RunReport report = run(definition, std::move(state), folder, context);
  if (report.error) return failure_of(definition, report, is_within);
  json::array stages;
  for (const auto& stage : report.stages) stages.push_back(to_json(stage));
  const std::size_t count = stages.size();
  const json::object result{{"run", report.id}, {"pipeline", definition.name}, {"stages", std::move(stages)}};
  return ToolOutput{json::serialize(result), to_text(report), count};
}

std::unique_ptr<Tool> make_pipeline_tool(std::string_view name, std::string_view description,
                                         ToolInput inputs, std::string_view yaml) {
  return std::make_unique<WrittenPipeline>(name, description, std::move(inputs), yaml);
}

}  // namespace container_kit::kit::pipeline
