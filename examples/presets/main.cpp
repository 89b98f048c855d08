// The three presets, and what a wrong configuration says.

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include <container_kit/telemetry.h>

namespace telemetry = container_kit::telemetry;
using namespace std::chrono_literals;

namespace {

// [development]
// Config::development() says the same.
telemetry::Config development() {
  telemetry::Config config;
  config.service_name = "container-kit-dev";
  config.service_version = "dev";
  config.environment = "development";
  config.tracing_enabled = true;   // no endpoint: traces are shown on the console
  config.trace_sample_rate = 1.0;  // all traces
  config.metrics_enabled = true;
  config.metrics_interval = 5s;
  return config;
}
// [/development]

// [production]
std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// Config::production() with what only the deployment knows.
telemetry::Config production() {
  telemetry::Config config = telemetry::Config::production();
  config.service_name = "container-kit";
  config.service_version = "1.0.0";
  config.jaeger_endpoint = "http://jaeger-collector:14268/api/traces";
  config.trace_sample_rate = 0.1;  // a tenth of the traces
  config.metrics_interval = 15s;
  config.resource_attributes = {
      {"deployment.region", "us-west-2"},   {"deployment.zone", "us-west-2a"},
      {"cluster.name", "prod-cluster"},     {"pod.name", variable("POD_NAME")},
      {"node.name", variable("NODE_NAME")},
  };
  return config;
}
// [/production]

// [testing]
// Config::testing() says the same.
telemetry::Config testing() {
  telemetry::Config config;
  config.service_name = "container-kit-test";
  config.service_version = "test";
  config.environment = "test";
  config.tracing_enabled = false;  // off in unit tests
  config.metrics_enabled = false;
  return config;
}
// [/testing]

void describe(const telemetry::Config& config) {
  std::cout << config.service_name << ": " << config.environment << ", traces "
            << (config.tracing_enabled ? "on" : "off") << " at " << config.trace_sample_rate << ", metrics "
            << (config.metrics_enabled ? "on" : "off") << ", " << (config.validate() ? "valid" : "wrong")
            << '\n';
}

}  // namespace

int main() {
  for (const auto& config : {development(), production(), testing()}) describe(config);

  telemetry::Config wrong = production();
  wrong.trace_sample_rate = 10;
  wrong.jaeger_endpoint = "jaeger-collector:14268";
  telemetry::Manager tm{wrong};
  if (auto ready = tm.initialize(); !ready) std::cout << ready.error().message << '\n';
}
