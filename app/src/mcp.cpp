#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <fcntl.h>
#include <unistd.h>

#include <container_kit/kit/conformance.h>
#include <container_kit/kit/mcp_stdio.h>
#include <container_kit/telemetry/environment_carrier.h>

#include "commands.h"
#include "interrupted.h"
#include "serving.h"

namespace container_kit::app {

namespace {

// The stop pipe's ends; the handler may only use what is safe in a signal.
std::array<int, 2> stop_pipe{-1, -1};

extern "C" void ask_to_stop(int) {
  const char byte = 0;
  static_cast<void>(!::write(stop_pipe[1], &byte, 1));
}

// A second signal ends the process at once.
void stop_on(int signal) {
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = SA_RESETHAND;
  sigaction(signal, &action, nullptr);
}

// The client's end of stdout, for messages alone: what else is written to stdout goes to stderr from here on.
int take_stdout() {
  std::cout.flush();
  const int output = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (output >= 0) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return output;
}

}  // namespace

int serve_mcp(const McpCommand& command, const kit::ToolRegistry& tools, telemetry::Manager& telemetry) {
  std::signal(SIGPIPE, SIG_IGN);
  kit::StdioConfig config;
  config.output = take_stdout();
  if (config.output < 0 || ::pipe2(stop_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    std::cerr << "container-kit: stdin, stdout and stderr must be open\n";
    return kExitFailure;
  }
  config.stop = stop_pipe[0];
  stop_on(SIGINT);
  stop_on(SIGTERM);
  config.allowed_roots = roots_or_here(command.allowed_roots);
  config.sessions = make_sessions(telemetry);
  if (!config.sessions) return kExitFailure;
  config.ambient = telemetry::extract_from_environment(telemetry.propagator());
  if (command.conformance_fixtures) config.extras = kit::conformance_fixtures();
  report_interrupted(telemetry.interrupted(), std::cerr);
  register_series(tools, telemetry.metrics());
  return leave_after(kit::serve_mcp_over_stdio(config, tools, telemetry), telemetry);
}

}  // namespace container_kit::app
