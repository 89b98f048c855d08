#include <csignal>
#include <iostream>

#include <container_kit/kit/conformance.h>
#include <container_kit/kit/server.h>
#include <container_kit/telemetry/version.h>

#include "commands.h"
#include "interrupted.h"
#include "serving.h"

namespace container_kit::app {

namespace {

kit::ServerConfig server_config(const ServeCommand& command) {
  kit::ServerConfig config;
  config.host = command.host;
  config.port = command.port;
  config.allowed_hosts = command.allowed_hosts;
  config.token_file = command.token_file;
  config.tls = command.tls;
  config.on_problem = [](std::string_view problem) {
    std::cerr << "container-kit: " << problem << std::endl;
  };
  constexpr unsigned kOfStrangers = 200;
  const bool is_for_strangers = !command.token_file.empty() || !command.tls.client_authorities.empty();
  config.requests_per_second = command.requests_per_second.value_or(is_for_strangers ? kOfStrangers : 0);
  config.stop_on_signals = true;
  if (command.conformance_fixtures) config.mcp_extras = kit::conformance_fixtures();
  config.allowed_roots = roots_or_here(command.allowed_roots);
  return config;
}

// False where there should be sessions and cannot be any.
bool open_sessions(kit::Sessions& sessions) {
  const auto opened = sessions.open();
  if (opened) {
    sessions.keep();
    return true;
  }
  const bool are_wanted = !sessions.settings().folder.empty();
  std::cerr << "container-kit: " << (are_wanted ? "" : "warning: ") << opened.error().message << '\n';
  return !are_wanted;
}

void announce(const std::string& url, const kit::ServerConfig& config) {
  std::cout << "container-kit " << telemetry::version() << " serves " << url << " for";
  for (const auto& root : config.allowed_roots) std::cout << ' ' << root;
  std::cout << " (Ctrl-C stops it)" << std::endl;
}

}  // namespace

int serve(const ServeCommand& command, const kit::ToolRegistry& tools, telemetry::Manager& telemetry) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that goes away must not end the service
  auto config = server_config(command);
  config.sessions = make_sessions(telemetry);
  if (!config.sessions || !open_sessions(*config.sessions)) return kExitFailure;
  register_series(tools, telemetry.metrics());
  kit::Server server(config, tools, telemetry);
  if (const auto listening = server.listen(); !listening) {
    std::cerr << "container-kit: " << listening.error().message << '\n';
    return kExitFailure;
  }
  report_interrupted(telemetry.interrupted(), std::cerr);
  announce(server.url(), config);
  return leave_after(server.run(), telemetry);
}

}  // namespace container_kit::app
