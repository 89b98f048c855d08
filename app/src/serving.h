// What `serve` and `mcp` have in common.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <container_kit/kit/server.h>

namespace container_kit::app {

// As absolute paths; the working directory where none is named.
std::vector<std::string> roots_or_here(const std::vector<std::string>& roots);

// What dashboards divide and subtract is there, at 0, from the first scrape on.
void register_series(const kit::ToolRegistry& tools, telemetry::Metrics& metrics);

// As the environment says. Where that is wrong, the reason has been written to stderr.
std::shared_ptr<kit::Sessions> make_sessions(telemetry::Manager& telemetry);

// Sends what telemetry still holds, and gives the exit code. Where calls were abandoned it does not return.
int leave_after(kit::StopOutcome outcome, telemetry::Manager& telemetry);

}  // namespace container_kit::app
