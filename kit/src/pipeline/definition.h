// What a pipeline is made of. Written in YAML (read_definition()), docs/pipelines.md.
//
// Thread safety and ownership: plain values.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <container_kit/kit/tool_input.h>
#include <container_kit/kit/tool_registry.h>

namespace container_kit::kit::pipeline {

struct Retry {
  int attempts = 1;
  std::chrono::milliseconds backoff{1'000};  // before the second attempt; doubled before each one after it
};

struct Stage {
  std::string name;
  std::string tool;
  boost::json::object arguments;      // with ${expression} in its texts
  std::string when;                   // an expression; empty: always
  std::string otherwise;              // why it is skipped where `when` does not hold
  std::vector<std::string> programs;  // one of them must be installed, else it is skipped
  std::vector<std::string> skip_on;   // error codes of the tool that mean there was nothing to do
  std::string check;                  // an expression that must hold of `result`
  std::string complaint;              // what to say where it does not
  Retry retry;
  std::chrono::milliseconds timeout{0};  // of each attempt; 0: the tool's own deadline
  bool continue_on_failure = false;
};

struct Definition {
  std::string name;
  std::string description;
  ToolInput inputs;
  // One after the other; the stages of one step run at the same time.
  std::vector<std::vector<Stage>> steps;
  std::vector<Stage> on_failure;  // run when a stage has failed, before the pipeline ends
  std::string text;               // the YAML that it was read from

  std::vector<const Stage*> stages() const;  // of the steps, in order
};

// Errors: kInvalidArgument, with the line in the YAML: an unknown key or one that is there twice, the name of
// a stage that is there twice, an expression that cannot be read or names what there is not, a tool that
// `tools` does not have. Null: tools are not looked up. `inputs`: those that there are beside the
// definition's own.
ToolResult<Definition> read_definition(std::string_view yaml, const ToolRegistry* tools,
                                       const ToolInput& inputs = {});

}  // namespace container_kit::kit::pipeline
