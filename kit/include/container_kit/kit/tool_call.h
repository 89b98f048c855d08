// Calling a tool, the same way from every side: MCP, HTTP and the command line.
//
// A call is checked against the tool's declaration, runs inside its span `tool.<name>` with its metrics, is
// asked to stop at its deadline or when the caller gives up, and answers with its output or a ToolError,
// whatever happens. A call in a session may look into the session's workspace, too.
//
// Thread safety: functions without state of their own; they block for as long as the tool does.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <container_kit/kit/tool_registry.h>
#include <container_kit/telemetry/context.h>

namespace container_kit::kit {

// Who calls, and from where; borrowed for the call.
struct ToolCaller {
  telemetry::Manager& telemetry;
  const ToolRegistry& tools;
  const std::vector<std::string>& allowed_roots;
  telemetry::Context parent = {};  // of the span that the tool's span lies below
  std::stop_token stop = {};       // asked for when the caller gives up
  ProgressListener* listener = nullptr;
  Sessions* sessions = nullptr;  // null where the program has none
  std::string session = {};  // the id of the one that the call belongs to, as the caller sent it, or empty
  bool is_logged = true;  // a failure is a line of the telemetry's log; false where the caller says it itself
  pipeline::Nesting* within = nullptr;  // the pipeline that the call is a stage of, or null
};

// The label in metrics of a tool that does not exist, so that callers cannot invent label values.
inline constexpr std::string_view kUnknownTool = "_unknown";

// `input_size`: of the request, in bytes, as the span shows it.
ToolResult<ToolOutput> call_tool(const ToolCaller& caller, std::string_view name,
                                 const boost::json::object& arguments, std::size_t input_size);

// The same for arguments that are typed already, as a command line gives them.
ToolResult<ToolOutput> call_tool(const ToolCaller& caller, const Tool& tool, const ToolArguments& arguments);

// A tool as listings show it: name, title, description, version, schemas, annotations, deadline.
boost::json::object describe(const Tool& tool);

}  // namespace container_kit::kit
