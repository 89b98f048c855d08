#include "telemetry_config.h"

#include <container_kit/telemetry/version.h>

namespace container_kit::app {

telemetry::Config telemetry_of_server() {
  auto config = telemetry::Config::from_env();
  if (config.service_version == telemetry::Config{}.service_version) {
    config.service_version = telemetry::version();
  }
  return config;
}

telemetry::Config telemetry_of_run() {
  auto config = telemetry_of_server();
  config.traces_to_console_too = true;
  return config;
}

}  // namespace container_kit::app
