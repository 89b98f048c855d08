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
  if (!config.traces_exporters.empty() || config.traces_to_nowhere) return config;
  config.traces_exporters.push_back(telemetry::TracesExporter::kConsoleTree);
  if (!config.otlp_traces_endpoint.empty())
    config.traces_exporters.push_back(telemetry::TracesExporter::kOtlp);
  return config;
}

}  // namespace container_kit::app
