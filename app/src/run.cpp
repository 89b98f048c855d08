#include <filesystem>
#include <iostream>

#include <unistd.h>

#include <container_kit/kit/tool_call.h>
#include <container_kit/telemetry/environment_carrier.h>

#include "commands.h"
#include "progress.h"
#include "serving.h"
#include "stop_signals.h"

namespace container_kit::app {

namespace {

// The user at the terminal may look wherever the system lets them; relative paths start where they are.
std::vector<std::string> roots_of(const RunCommand& command) {
  if (!command.allowed_roots.empty()) return command.allowed_roots;
  return {std::filesystem::current_path().string(), "/"};
}

// The error of a run names the argument that goes on with it as programs give it.
std::string as_option(std::string message) {
  constexpr std::string_view kArgument = "go on with resume=";
  const auto at = message.find(kArgument);
  if (at != std::string::npos) message.replace(at, kArgument.size(), "go on with --resume ");
  return message;
}

}  // namespace

int run_tool(const RunCommand& command, const kit::ToolRegistry& tools, telemetry::Manager& telemetry) {
  const auto roots = roots_of(command);
  const auto sessions = make_sessions(telemetry);
  if (!sessions) return kExitFailure;
  const StopSignals signals;
  // Below whoever started this process, where TRACEPARENT says so.
  const auto output = [&] {
    ProgressDisplay progress(STDERR_FILENO, ProgressDisplay::columns_of(STDERR_FILENO));
    const kit::ToolCaller caller{telemetry,
                                 tools,
                                 roots,
                                 telemetry::extract_from_environment(telemetry.propagator()),
                                 signals.token(),
                                 &progress,
                                 sessions.get(),
                                 command.session,
                                 false};
    return kit::call_tool(caller, *command.tool, command.arguments);
  }();
  if (!output) {
    std::cerr << "container-kit: " << name_of(output.error().code) << ": "
              << as_option(output.error().message) << '\n';
    if (signals.caught() != 0) return kExitSignal + signals.caught();
    return output.error().code == kit::ToolErrorCode::kInvalidArgument ? kExitUsage : kExitFailure;
  }
  std::cout << (command.json ? output->json + '\n' : output->text) << std::flush;
  return std::cout ? 0 : kExitFailure;
}

}  // namespace container_kit::app
