// A pipeline as a tool, so that MCP, HTTP and the command line have it as they have any other.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <container_kit/kit/tool.h>

#include "pipeline/definition.h"
#include "pipeline/runner.h"

namespace container_kit::kit::pipeline {

// A tool that is a pipeline, with the stages that it has.
class PipelineTool : public Tool {
 public:
  // The tools that its stages name are looked up in `tools`, where that is not null.
  virtual ToolResult<Definition> definition(const ToolRegistry* tools) const = 0;
};

// A pipeline as listings show it: what they show of any tool, and its stages.
boost::json::object describe_pipeline(const PipelineTool& pipeline, const ToolRegistry& tools);

// The schema of what a run answers.
std::string run_schema();

// Begins a run, or goes on with the one that `resume` names. `inputs` are checked by then.
ToolResult<ToolOutput> start_or_resume(const Definition& definition, boost::json::object inputs,
                                       const std::string& resume, const ToolContext& context);

// `yaml` is a definition of that name without inputs. The views are of literals. It is read for each call.
std::unique_ptr<Tool> make_pipeline_tool(std::string_view name, std::string_view description,
                                         ToolInput inputs, std::string_view yaml);

}  // namespace container_kit::kit::pipeline
