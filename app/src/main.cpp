#include <exception>
#include <iostream>

#include "command_line.h"
#include "commands.h"
#include "telemetry_config.h"

namespace container_kit::app {

namespace {

int leave(const Leave& reason) {
  std::cout << reason.out;
  std::cerr << reason.error;
  return reason.exit_code;
}

telemetry::Config telemetry_of(const Command& command) {
  if (const auto* to_serve = std::get_if<ServeCommand>(&command))
    return telemetry_of_server(to_serve->config_file);
  if (const auto* to_speak = std::get_if<McpCommand>(&command))
    return telemetry_of_server(to_speak->config_file);
  if (const auto* to_recover = std::get_if<RecoverCommand>(&command))
    return telemetry_of_run(to_recover->config_file);
  return telemetry_of_run(std::get<RunCommand>(command).config_file);
}

int main_of(int argc, const char* const* argv) {
  auto tools = kit::builtin_tools();
  const auto command = read_command_line(argc, argv, tools);
  if (const auto* reason = std::get_if<Leave>(&command)) return leave(*reason);
  if (const auto* to_show = std::get_if<ConfigCommand>(&command)) {
    return show_config(*to_show, telemetry_of_server(to_show->config_file));
  }
  if (const auto* to_examine = std::get_if<DoctorCommand>(&command)) {
    return doctor(*to_examine, telemetry_of_server(to_examine->config_file));
  }
  telemetry::Manager telemetry(telemetry_of(command));
  if (const auto ready = telemetry.initialize(); !ready) {
    std::cerr << "container-kit: " << ready.error().message << '\n';
    return kExitFailure;
  }
  const bool stays =
      std::holds_alternative<ServeCommand>(command) || std::holds_alternative<McpCommand>(command);
  if (stays) tools.keep_analyses(telemetry);
  if (const auto* to_serve = std::get_if<ServeCommand>(&command)) return serve(*to_serve, tools, telemetry);
  if (const auto* to_speak = std::get_if<McpCommand>(&command)) return serve_mcp(*to_speak, tools, telemetry);
  if (std::holds_alternative<RecoverCommand>(command)) return recover(telemetry);
  return run_tool(std::get<RunCommand>(command), tools, telemetry);
}

}  // namespace

}  // namespace container_kit::app

int main(int argc, char** argv) {
  try {
    return container_kit::app::main_of(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "container-kit: " << error.what() << '\n';
    return container_kit::app::kExitFailure;
  }
}
