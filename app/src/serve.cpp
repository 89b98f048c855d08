#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <container_kit/kit/conformance.h>
#include <container_kit/kit/server.h>
#include <container_kit/telemetry/metrics.h>
#include <container_kit/telemetry/version.h>

#include "commands.h"

namespace container_kit::app {

namespace {

// Somebody waits for the process to end, so a receiver that is away gets less time than it would while we
// serve.
std::chrono::milliseconds flush_deadline(const telemetry::Manager& telemetry) {
  constexpr std::chrono::milliseconds kMost{5'000};
  return std::min(kMost, telemetry.config().export_timeout);
}

kit::ServerConfig server_config(const ServeCommand& command) {
  kit::ServerConfig config;
  config.host = command.host;
  config.port = command.port;
  config.allowed_hosts = command.allowed_hosts;
  config.stop_on_signals = true;
  if (command.conformance_fixtures) config.mcp_extras = kit::conformance_fixtures();
  for (const auto& root : command.allowed_roots) {
    config.allowed_roots.push_back(std::filesystem::absolute(root).string());
  }
  if (config.allowed_roots.empty()) config.allowed_roots.push_back(std::filesystem::current_path().string());
  return config;
}

void announce(const std::string& url, const kit::ServerConfig& config) {
  std::cout << "container-kit " << telemetry::version() << " serves " << url << " for";
  for (const auto& root : config.allowed_roots) std::cout << ' ' << root;
  std::cout << " (Ctrl-C stops it)" << std::endl;
}

// What dashboards divide and subtract is there, at 0, from the first scrape on. There are no sessions yet of
// which the types' counts would tell anything else.
void register_series(const kit::ToolRegistry& tools, telemetry::Metrics& metrics) {
  for (const auto& [name, tool] : tools.tools()) metrics.register_tool(name);
  for (const char* type : {"interactive", "workflow", "batch", "api"}) metrics.register_session_type(type);
}

}  // namespace

int serve(const ServeCommand& command, const kit::ToolRegistry& tools, telemetry::Manager& telemetry) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that goes away must not end the service
  const auto config = server_config(command);
  register_series(tools, telemetry.metrics());
  kit::Server server(config, tools, telemetry);
  if (const auto listening = server.listen(); !listening) {
    std::cerr << "container-kit: " << listening.error().message << '\n';
    return kExitFailure;
  }
  announce(server.url(), config);
  const auto outcome = server.run();
  // From here on another signal ends the process at once, whatever is still being sent.
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  if (const auto flushed = telemetry.shutdown(flush_deadline(telemetry)); !flushed) {
    std::cerr << "container-kit: " << flushed.error().message << '\n';
  }
  if (outcome == kit::StopOutcome::kDrained) return 0;
  std::cerr << "container-kit: stopped before every call had finished\n";
  std::cerr.flush();
  std::_Exit(kExitFailure);
}

}  // namespace container_kit::app
