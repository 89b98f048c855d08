#include <filesystem>
#include <iostream>

#include <container_kit/telemetry/environment_carrier.h>

#include "commands.h"

namespace container_kit::app {

namespace {

// The user at the terminal may look wherever the system lets them; relative paths start where they are.
std::vector<std::string> roots_of(const RunCommand& command) {
  if (!command.allowed_roots.empty()) return command.allowed_roots;
  return {std::filesystem::current_path().string(), "/"};
}

}  // namespace

int run_tool(const RunCommand& command, telemetry::Manager& telemetry) {
  const auto roots = roots_of(command);
  const kit::ToolContext context{telemetry, roots, {}};
  // Below whoever started this process, where TRACEPARENT says so.
  const auto parent = telemetry::extract_from_environment(telemetry.propagator());
  const auto output = telemetry.instrument_tool_execution(parent, command.tool->name(), [&] {
    telemetry::Manager::add_contextual_attributes({{"tool.version", command.tool->version()}});
    return command.tool->execute(command.arguments, context);
  });
  if (!output) {
    std::cerr << "container-kit: " << name_of(output.error().code) << ": " << output.error().message << '\n';
    return kExitFailure;
  }
  std::cout << (command.json ? output->json + '\n' : output->text) << std::flush;
  return std::cout ? 0 : kExitFailure;
}

}  // namespace container_kit::app
