#include <algorithm>
#include <cstdlib>

#include <container_kit/telemetry/config.h>

#include "config/endpoint.h"
#include "config/environment.h"
#include "config/from_environment.h"
#include "config/metrics_options.h"
#include "config/otlp_options.h"
#include "config/privacy_options.h"
#include "config/setting.h"

namespace container_kit::telemetry {
namespace {

Config preset_named(const std::string& environment) {
  if (environment == "production") return Config::production();
  if (environment == "test" || environment == "testing") return Config::testing();
  if (environment.empty() || environment == "development") return Config{};
  Config config;
  config.environment = environment;
  return config;
}

bool exports_to(const Config& config, TracesExporter exporter) {
  const auto& all = config.traces_exporters;
  return std::find(all.begin(), all.end(), exporter) != all.end();
}

// What the preset says otherwise than a Config without one.
void note_preset(const std::string& name, Config& config) {
  const Config plain;
  for (const config::Setting& setting : config::settings()) {
    std::string value = setting.print(config);
    if (value == setting.print(plain)) continue;
    config.sources[setting.name] = {"preset " + name, std::move(value)};
  }
}

// OTLP that was asked for without an endpoint goes to the default one.
void complete_endpoints(Config& config) {
  const auto complete = [&config](bool is_wanted, config::Signal signal, OtlpOptions& options,
                                  const char* name) {
    if (!is_wanted || !options.endpoint.empty()) return;
    options.endpoint = config::default_otlp_endpoint(signal, options.protocol);
    config.sources[name] = {"default of otlp", options.endpoint};
  };
  complete(exports_to(config, TracesExporter::kOtlp), config::Signal::kTraces, config.otlp_traces,
           "otlp_traces.endpoint");
  complete(config::pushes_metrics_to(config, MetricsExporter::kOtlp), config::Signal::kMetrics,
           config.otlp_metrics, "otlp_metrics.endpoint");
}

void check(std::vector<std::string>& faults, bool right, std::string_view message) {
  if (!right) faults.emplace_back(message);
}

// Of the endpoints, and of exporters that were asked for without one.
void check_endpoints(const Config& config, std::vector<std::string>& faults) {
  struct Endpoint {
    TracesExporter exporter;
    const char* name;
    const char* variable;
    const std::string& url;
    OtlpProtocol protocol = OtlpProtocol::kHttpProtobuf;
  };
  const Endpoint endpoints[] = {
      {TracesExporter::kOtlp, "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
       config.otlp_traces.endpoint, config.otlp_traces.protocol},
      {TracesExporter::kJaeger, "jaeger", "OTEL_EXPORTER_JAEGER_ENDPOINT", config.jaeger_endpoint},
      {TracesExporter::kZipkin, "zipkin", "OTEL_EXPORTER_ZIPKIN_ENDPOINT", config.zipkin_endpoint},
  };
  for (const Endpoint& endpoint : endpoints) {
    const std::string fault = config::endpoint_fault(endpoint.variable, endpoint.url, endpoint.protocol);
    check(faults, fault.empty(), fault);
    check(faults, !exports_to(config, endpoint.exporter) || !endpoint.url.empty(),
          std::string("traces_exporters: ") + endpoint.name + ", but no endpoint is set; set " +
              endpoint.variable);
  }
}

}  // namespace

Config Config::development() {
  Config config;
  config.service_name = "container-kit-dev";
  config.metrics_interval = std::chrono::seconds(5);
  return config;
}

Config Config::production() {
  Config config;
  config.service_version = "1.0.0";
  config.environment = "production";
  config.trace_sample_rate = 0.1;
  return config;
}

Config Config::testing() {
  Config config;
  config.service_name = "container-kit-test";
  config.service_version = "test";
  config.environment = "test";
  config.tracing_enabled = false;
  config.metrics_enabled = false;
  return config;
}

Config Config::from_env() {
  return config::from_environment(&config::lookup_process_environment);
}

std::string config::lookup_process_environment(const char* name) {
  const char* value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read while the configuration is made
  return value != nullptr ? value : "";
}

Config config::from_environment(const Lookup& lookup, const Overlay& file) {
  std::string preset = lookup("CONTAINER_KIT_ENV");
  if (preset.empty()) preset = file.preset;
  Config config = preset_named(preset);
  note_preset(preset, config);
  if (file.apply) file.apply(config);
  Environment env(lookup, config.warnings, config.faults);
  for (const Setting& setting : settings()) env.apply(setting, config);
  complete_endpoints(config);
  return config;
}

Expected<void> Config::validate() const {
  std::vector<std::string> found = faults;
  for (const config::Setting& setting : config::settings()) {
    if (!setting.holds || setting.holds(*this)) continue;
    found.push_back(setting.name + ": \"" + config::masked(setting, *this) + "\" is not usable; allowed: " +
                    setting.allowed + " (variable " + setting.variables.back() + ")");
  }
  check_endpoints(*this, found);
  config::check_metrics_options(*this, found);
  config::check_privacy_options(privacy, found);
  if (found.empty()) return {};
  std::string message = "the telemetry configuration has " + std::to_string(found.size()) +
                        (found.size() == 1 ? " fault:" : " faults:");
  for (const std::string& fault : found) message += "\n  " + fault;
  return Error{ErrorCode::kInvalidConfig, std::move(message)};
}

std::vector<EffectiveSetting> Config::effective() const {
  const Config plain;
  std::vector<EffectiveSetting> all;
  for (const config::Setting& setting : config::settings()) {
    const std::string value = setting.print(*this);
    const auto source = sources.find(setting.name);
    std::string where = value == setting.print(plain) ? "default" : "code";
    if (source != sources.end()) where = source->second.value == value ? source->second.where : "code";
    all.push_back({setting.name, config::masked(setting, *this), std::move(where)});
  }
  return all;
}

}  // namespace container_kit::telemetry
