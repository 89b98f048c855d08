#include <algorithm>
#include <cstdlib>

#include <container_kit/telemetry/config.h>

#include "config/endpoint.h"
#include "config/environment.h"
#include "config/from_environment.h"
#include "config/metrics_options.h"
#include "config/otlp_options.h"
#include "config/propagators.h"

namespace container_kit::telemetry {
namespace {

using config::Environment;
using config::Lookup;

std::string lookup_process_environment(const char* name) {
  const char* value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read while the configuration is made
  return value != nullptr ? value : "";
}

Config preset_named(const std::string& environment) {
  if (environment == "production") return Config::production();
  if (environment == "test" || environment == "testing") return Config::testing();
  if (environment.empty() || environment == "development") return Config{};
  Config config;
  config.environment = environment;
  return config;
}

void read_identity(Environment& env, Config& config) {
  if (const auto pairs = config::parse_pairs(env.get("OTEL_RESOURCE_ATTRIBUTES"))) {
    for (const auto& [key, value] : *pairs) config.resource_attributes[key] = value;
  } else {
    env.complain("OTEL_RESOURCE_ATTRIBUTES", env.get("OTEL_RESOURCE_ATTRIBUTES"), "key=value,key=value");
  }
  env.text("OTEL_SERVICE_NAME", config.service_name);
  env.text("CONTAINER_KIT_SERVICE_NAME", config.service_name);
  env.text("CONTAINER_KIT_VERSION", config.service_version);
}

void read_exporter_names(Environment& env, Config& config) {
  for (const std::string& name : config::split_list(env.get("OTEL_TRACES_EXPORTER"))) {
    if (name == "otlp") {
      config.traces_exporters.push_back(TracesExporter::kOtlp);
    } else if (name == "jaeger") {
      config.traces_exporters.push_back(TracesExporter::kJaeger);
    } else if (name == "zipkin") {
      config.traces_exporters.push_back(TracesExporter::kZipkin);
    } else if (name == "console") {
      config.traces_exporters.push_back(TracesExporter::kConsole);
    } else if (name == "none") {
      config.traces_to_nowhere = true;
    } else {
      env.complain("OTEL_TRACES_EXPORTER", name, "otlp, jaeger, zipkin, console, none");
    }
  }
}

bool exports_to(const Config& config, TracesExporter exporter) {
  const auto& all = config.traces_exporters;
  return std::find(all.begin(), all.end(), exporter) != all.end();
}

void read_exporters(Environment& env, Config& config) {
  read_exporter_names(env, config);
  config::read_otlp(env, config::Signal::kTraces, config.otlp_traces);
  config::read_otlp(env, config::Signal::kMetrics, config.otlp_metrics);
  if (exports_to(config, TracesExporter::kOtlp) && config.otlp_traces.endpoint.empty()) {
    config.otlp_traces.endpoint =
        config::default_otlp_endpoint(config::Signal::kTraces, config.otlp_traces.protocol);
  }
  env.text("OTEL_EXPORTER_JAEGER_ENDPOINT", config.jaeger_endpoint);
  env.text("OTEL_EXPORTER_ZIPKIN_ENDPOINT", config.zipkin_endpoint);
  env.count("CONTAINER_KIT_OTLP_FILE_BYTES", config.otlp_file_bytes);
}

void read_sampler(Environment& env, Config& config) {
  const std::string name = env.get("OTEL_TRACES_SAMPLER");
  if (name.empty()) return;
  double rate = 1.0;
  env.number("OTEL_TRACES_SAMPLER_ARG", rate);
  if (rate < 0.0 || rate > 1.0) {
    env.complain("OTEL_TRACES_SAMPLER_ARG", env.get("OTEL_TRACES_SAMPLER_ARG"), "0.0 to 1.0");
    rate = 1.0;
  }
  if (name == "always_on" || name == "always_off" || name == "traceidratio") {
    config.traces_sampler = name;
    config.trace_sample_rate = rate;
  } else if (name == "parentbased_always_on" || name == "parentbased_always_off") {
    config.trace_sample_rate = name.ends_with("on") ? 1.0 : 0.0;
  } else if (name == "parentbased_traceidratio") {
    config.trace_sample_rate = rate;
  } else {
    env.complain("OTEL_TRACES_SAMPLER", name,
                 "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, "
                 "parentbased_traceidratio");
  }
}

void read_limits(Environment& env, Config& config) {
  env.duration("OTEL_BSP_SCHEDULE_DELAY", config.schedule_delay);
  env.duration("OTEL_BSP_EXPORT_TIMEOUT", config.export_timeout);
  env.count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", config.max_export_batch_size);
  env.count("OTEL_ATTRIBUTE_COUNT_LIMIT", config.attribute_count_limit);
  env.count("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", config.attribute_count_limit);
  env.count("OTEL_SPAN_EVENT_COUNT_LIMIT", config.event_count_limit);
  env.count("OTEL_SPAN_LINK_COUNT_LIMIT", config.link_count_limit);
  env.count("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", config.event_attribute_count_limit);
  env.count("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", config.link_attribute_count_limit);
  env.count("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", config.attribute_value_length_limit);
  env.count("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", config.attribute_value_length_limit);
  env.count("CONTAINER_KIT_FLIGHT_BYTES", config.flight_buffer_bytes);
  env.text("CONTAINER_KIT_FLIGHT_DIR", config.flight_dir);
  env.text("CONTAINER_KIT_SPOOL_DIR", config.spool_dir);
  env.boolean("CONTAINER_KIT_SPOOL_ENABLED", config.spool_enabled);
  env.count("CONTAINER_KIT_SPOOL_BYTES", config.spool_bytes);
  env.duration("CONTAINER_KIT_SPOOL_AGE", config.spool_age);
}

void read_log_level(Environment& env, const char* name, LogLevel& target) {
  const std::string value = config::lower_case(env.get(name));
  if (value.empty()) return;
  if (value == "debug" || value == "trace") {
    target = LogLevel::kDebug;
  } else if (value == "info") {
    target = LogLevel::kInfo;
  } else if (value == "warn" || value == "warning") {
    target = LogLevel::kWarn;
  } else if (value == "error") {
    target = LogLevel::kError;
  } else if (value == "none") {
    target = LogLevel::kNone;
  } else {
    env.complain(name, value, "debug, info, warn, error, none");
  }
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
  return config::from_environment(&lookup_process_environment);
}

Config config::from_environment(const Lookup& lookup) {
  Config config = preset_named(lookup("CONTAINER_KIT_ENV"));
  Environment env(lookup, config.warnings, config.faults);
  read_identity(env, config);
  bool disabled = false;
  env.boolean("OTEL_SDK_DISABLED", disabled);
  if (disabled) config.tracing_enabled = config.metrics_enabled = false;
  env.boolean("CONTAINER_KIT_TRACING_ENABLED", config.tracing_enabled);
  env.boolean("CONTAINER_KIT_METRICS_ENABLED", config.metrics_enabled);
  read_sampler(env, config);
  env.number("CONTAINER_KIT_TRACE_SAMPLE_RATE", config.trace_sample_rate);
  env.boolean("CONTAINER_KIT_TAIL_ENABLED", config.tail_enabled);
  env.duration("CONTAINER_KIT_TAIL_SLOWER_THAN", config.tail_slower_than);
  env.count("CONTAINER_KIT_TAIL_BYTES", config.tail_buffer_bytes);
  read_exporters(env, config);
  config::read_metrics_options(env, config);
  config::read_propagators(env, config);
  read_limits(env, config);
  read_log_level(env, "OTEL_LOG_LEVEL", config.log_level);
  read_log_level(env, "CONTAINER_KIT_LOG_LEVEL", config.log_level);
  return config;
}

Expected<void> Config::validate() const {
  std::vector<std::string> found = faults;
  check(found, !service_name.empty(), "service_name: empty; allowed: any text (CONTAINER_KIT_SERVICE_NAME)");
  check(found, trace_sample_rate >= 0.0 && trace_sample_rate <= 1.0,
        "trace_sample_rate: " + std::to_string(trace_sample_rate) +
            "; allowed: 0.0 to 1.0 (CONTAINER_KIT_TRACE_SAMPLE_RATE)");
  check_endpoints(*this, found);
  check(found, max_export_batch_size > 0, "max_export_batch_size: 0; allowed: 1 or more");
  check(found, schedule_delay.count() >= 0 && export_timeout.count() >= 0 && otlp_traces.timeout.count() >= 0,
        "schedule_delay, export_timeout, otlp_traces.timeout: allowed: 0 or more");
  check(found, flight_buffer_bytes >= (1U << 20) && flight_buffer_bytes <= (std::size_t{4} << 30),
        "flight_buffer_bytes: " + std::to_string(flight_buffer_bytes) +
            "; allowed: 1 MiB to 4 GiB (CONTAINER_KIT_FLIGHT_BYTES)");
  check(
      found, spool_bytes >= (1U << 20),
      "spool_bytes: " + std::to_string(spool_bytes) + "; allowed: 1 MiB or more (CONTAINER_KIT_SPOOL_BYTES)");
  check(found, spool_age.count() > 0,
        "spool_age: " + std::to_string(spool_age.count()) +
            " ms; allowed: more than 0 (CONTAINER_KIT_SPOOL_AGE)");
  config::check_metrics_options(*this, found);
  if (found.empty()) return {};
  std::string message = "the telemetry configuration has " + std::to_string(found.size()) +
                        (found.size() == 1 ? " fault:" : " faults:");
  for (const std::string& fault : found) message += "\n  " + fault;
  return Error{ErrorCode::kInvalidConfig, std::move(message)};
}

}  // namespace container_kit::telemetry
