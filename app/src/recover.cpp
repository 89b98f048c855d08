#include <chrono>
#include <iostream>

#include "commands.h"

namespace container_kit::app {

int recover(telemetry::Manager& telemetry) {
  // What killed processes left is exported before anything else, so that a flush waits for it.
  const auto flushed = telemetry.force_flush(telemetry.config().export_timeout);
  const telemetry::Health health = telemetry.health();
  const telemetry::RecoveryHealth& found = health.recovered;
  std::cout << "recovered " << found.finished_spans << " finished and " << found.incomplete_spans
            << " unfinished spans of " << found.processes
            << (found.processes == 1 ? " process" : " processes") << " that ended without delivering them\n";
  if (found.torn_records > 0) std::cout << found.torn_records << " records made no sense and were left out\n";
  if (flushed && health.last_error.empty()) return 0;
  std::cerr << "container-kit: " << (health.last_error.empty() ? flushed.error().message : health.last_error)
            << "; what is left stays for the next time\n";
  return kExitFailure;
}

}  // namespace container_kit::app
