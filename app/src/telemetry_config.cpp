#include "telemetry_config.h"

#include <container_kit/telemetry/config_file.h>
#include <container_kit/telemetry/version.h>

namespace container_kit::app {

telemetry::Config telemetry_of_server(const std::string& config_file) {
  const std::string file = config_file.empty() ? telemetry::config_file_of_environment() : config_file;
  auto config = file.empty() ? telemetry::Config::from_env() : telemetry::config_from_file(file);
  if (config.service_version == telemetry::Config{}.service_version) {
    config.service_version = telemetry::version();
  }
  return config;
}

telemetry::Config telemetry_of_run(const std::string& config_file) {
  auto config = telemetry_of_server(config_file);
  config.traces_to_console_too = true;
  return config;
}

}  // namespace container_kit::app
