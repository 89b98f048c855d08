// A tool: one thing Container Kit can do for a caller, over HTTP or on the command line.
//
// To add one, add kit/src/tools/builtin/NAME.cpp with a class derived from Tool and a function
// `std::unique_ptr<Tool> make_NAME_tool()`; the build finds it there.
//
// Thread safety: one Tool serves many calls at once, so execute() must not change the object unguarded.
// It runs on a worker thread and may block.
// Ownership: the registry owns its tools; what a call gets is borrowed for that call.
// Errors: returned as ToolError. An exception that escapes is answered as an internal error.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_error.h>
#include <container_kit/kit/tool_input.h>
#include <container_kit/telemetry/manager.h>

namespace container_kit::kit {

// What surrounds one call; borrowed for that call. The span `tool.<name>` is current while the tool runs.
struct ToolContext {
  telemetry::Manager& telemetry;
  const std::vector<std::string>& allowed_roots;  // paths a caller names must lie in one of these directories
  std::stop_token stop;  // asked for when nobody waits for the answer any more; long work should look at it
};

// The same answer twice: for programs, and for people.
struct ToolOutput {
  std::string json;  // one JSON value
  std::string text;  // lines for a terminal
};

class Tool {
 public:
  virtual ~Tool() = default;

  // Static for the life of the tool. The name is snake_case and unique within a registry.
  virtual std::string_view name() const = 0;
  virtual std::string_view description() const = 0;
  virtual std::string_view version() const = 0;
  virtual const ToolInput& input() const = 0;

  // Precondition: the arguments have been checked against input().
  virtual ToolResult<ToolOutput> execute(const ToolArguments& arguments,
                                         const ToolContext& context) const = 0;
};

}  // namespace container_kit::kit
