#include "serving.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <container_kit/telemetry/metrics.h>

#include "command_line.h"

namespace container_kit::app {

namespace {

// Somebody waits for the process to end, so a receiver that is away gets less time than it would while we
// serve.
std::chrono::milliseconds flush_deadline(const telemetry::Manager& telemetry) {
  constexpr std::chrono::milliseconds kMost{5'000};
  return std::min(kMost, telemetry.config().export_timeout);
}

}  // namespace

std::vector<std::string> roots_or_here(const std::vector<std::string>& roots) {
  std::vector<std::string> absolute;
  for (const auto& root : roots) absolute.push_back(std::filesystem::absolute(root).string());
  if (absolute.empty()) absolute.push_back(std::filesystem::current_path().string());
  return absolute;
}

void register_series(const kit::ToolRegistry& tools, telemetry::Metrics& metrics) {
  for (const auto& [name, tool] : tools.tools()) metrics.register_tool(name);
  for (const char* type : {"interactive", "workflow", "batch", "api"}) metrics.register_session_type(type);
}

std::shared_ptr<kit::Sessions> make_sessions(telemetry::Manager& telemetry) {
  auto settings = kit::SessionSettings::from_environment();
  if (settings) return std::make_shared<kit::Sessions>(std::move(*settings), telemetry);
  std::cerr << "container-kit: " << settings.error().message << '\n';
  return nullptr;
}

int leave_after(kit::StopOutcome outcome, telemetry::Manager& telemetry) {
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
