// The smallest program that traces and measures something: what it does is shown on the console, since
// nothing else is configured and this is development.

#include <iostream>

#include <container_kit/telemetry.h>

namespace telemetry = container_kit::telemetry;

// [setup]
int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';  // every fault of the configuration, and what is allowed
    return 1;
  }
  const int answer = tm.instrument_operation("answer.compute", [] { return 6 * 7; });
  std::cout << answer << '\n';
}  // the destructor sends what is left, and gives up after Config::export_timeout
// [/setup]
