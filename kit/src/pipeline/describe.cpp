#include <boost/json.hpp>

#include <container_kit/kit/tool_call.h>

#include "pipeline/pipeline_tool.h"

namespace container_kit::kit::pipeline {
namespace json = boost::json;

namespace {

json::object describe_stage(const Stage& stage) {
  json::object described{{"name", stage.name},
                         {"tool", stage.tool},
                         {"programs", json::value_from(stage.programs)},
                         {"attempts", stage.retry.attempts},
                         {"continue_on_failure", stage.continue_on_failure}};
  if (!stage.when.empty()) described["when"] = stage.when;
  if (!stage.otherwise.empty()) described["otherwise"] = stage.otherwise;
  if (stage.timeout.count() > 0) described["timeout_ms"] = stage.timeout.count();
  return described;
}

// Each step is a list: its stages run at the same time.
json::array describe_steps(const Definition& definition) {
  json::array steps;
  for (const auto& step : definition.steps) {
    json::array stages;
    for (const auto& stage : step) stages.push_back(describe_stage(stage));
    steps.push_back(std::move(stages));
  }
  return steps;
}

}  // namespace

json::object describe_pipeline(const PipelineTool& pipeline, const ToolRegistry& tools) {
  json::object described = describe(pipeline);
  described["steps"] = json::array();
  described["on_failure"] = json::array();
  const auto definition = pipeline.definition(&tools);
  if (!definition) {
    described["problem"] = definition.error().message;
    return described;
  }
  described["steps"] = describe_steps(*definition);
  for (const auto& stage : definition->on_failure) {
    described["on_failure"].as_array().push_back(describe_stage(stage));
  }
  return described;
}

}  // namespace container_kit::kit::pipeline
