// What the commands do. Each returns the exit code of the program.
#pragma once

#include <container_kit/kit/tool_registry.h>
#include <container_kit/telemetry/manager.h>

#include "command_line.h"

namespace container_kit::app {

// Serves until a signal stops it. Does not return where a tool was still running when the deadline for
// stopping passed: the process ends then, because a thread cannot be made to.
int serve(const ServeCommand& command, const kit::ToolRegistry& tools, telemetry::Manager& telemetry);

// Serves one MCP client over stdin and stdout until it closes its end or a signal comes. Does not return
// where a tool was still running when the deadline passed, as serve() does not.
int serve_mcp(const McpCommand& command, const kit::ToolRegistry& tools, telemetry::Manager& telemetry);

// Exports the spans that killed processes of this service left in their flight buffers, and says how many.
int recover(telemetry::Manager& telemetry);

// Prints every setting with where its value comes from, and what is wrong, which makes it fail.
int show_config(const ConfigCommand& command, const telemetry::Config& config);

// Fails where something is wrong that loses telemetry.
int doctor(const DoctorCommand& command, const telemetry::Config& config);

int run_tool(const RunCommand& command, const kit::ToolRegistry& tools, telemetry::Manager& telemetry);

}  // namespace container_kit::app
