#include "config/metrics_options.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "config/endpoint.h"
#include "config/otlp_options.h"

namespace container_kit::telemetry::config {
namespace {

template <typename T>
struct Word {
  std::string_view word;
  T value;
};

// One of the words, in any case.
template <typename T>
void read_word(Environment& env, const char* name, std::span<const Word<T>> words, T& target) {
  const std::string value = lower_case(env.get(name));
  if (value.empty()) return;
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const Word<T>& one) { return one.word == value; });
  if (found != words.end()) {
    target = found->value;
    return;
  }
  std::string allowed;
  for (const Word<T>& one : words) allowed += (allowed.empty() ? "" : ", ") + std::string(one.word);
  env.complain(name, value, allowed);
}

constexpr std::array<Word<MetricsTemporality>, 3> kTemporalities{
    {{"cumulative", MetricsTemporality::kCumulative},
     {"delta", MetricsTemporality::kDelta},
     {"lowmemory", MetricsTemporality::kLowMemory}}};
constexpr std::array<Word<bool>, 2> kHistograms{
    {{"explicit_bucket_histogram", false}, {"base2_exponential_bucket_histogram", true}}};
constexpr std::array<Word<ExemplarFilter>, 3> kFilters{{{"trace_based", ExemplarFilter::kTraceBased},
                                                        {"always_on", ExemplarFilter::kAlwaysOn},
                                                        {"always_off", ExemplarFilter::kAlwaysOff}}};

void read_exporters(Environment& env, Config& config) {
  constexpr const char* kName = "OTEL_METRICS_EXPORTER";
  for (const std::string& name : split_list(env.get(kName))) {
    if (name == "otlp") {
      config.metrics_exporters.push_back(MetricsExporter::kOtlp);
    } else if (name == "prometheus") {
      config.metrics_exporters.push_back(MetricsExporter::kPrometheus);
    } else if (name == "console") {
      config.metrics_exporters.push_back(MetricsExporter::kConsole);
    } else if (name == "none") {
      config.metrics_to_nowhere = true;
    } else {
      env.complain(kName, name, "otlp, prometheus, console, none");
    }
  }
  if (pushes_metrics_to(config, MetricsExporter::kOtlp) && config.otlp_metrics.endpoint.empty()) {
    config.otlp_metrics.endpoint = default_otlp_endpoint(Signal::kMetrics, config.otlp_metrics.protocol);
  }
}

void read_interval(Environment& env, const char* name, std::chrono::milliseconds& target) {
  std::chrono::milliseconds read = target;
  env.duration(name, read);
  if (read.count() > 0) {
    target = read;
  } else {
    env.complain(name, env.get(name), "a duration of more than 0");
  }
}

}  // namespace

bool pushes_metrics_to(const Config& config, MetricsExporter exporter) {
  const auto& all = config.metrics_exporters;
  if (config.metrics_to_nowhere) return false;
  if (all.empty()) return exporter == MetricsExporter::kOtlp && !config.otlp_metrics.endpoint.empty();
  return std::find(all.begin(), all.end(), exporter) != all.end();
}

void read_metrics_options(Environment& env, Config& config) {
  read_exporters(env, config);
  read_interval(env, "OTEL_METRIC_EXPORT_INTERVAL", config.metric_export_interval);
  read_interval(env, "OTEL_METRIC_EXPORT_TIMEOUT", config.metric_export_timeout);
  env.duration("CONTAINER_KIT_METRICS_INTERVAL", config.metrics_interval);
  read_word<MetricsTemporality>(env, "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", kTemporalities,
                                config.otlp_metrics_temporality);
  read_word<bool>(env, "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", kHistograms,
                  config.exponential_histograms);
  read_word<ExemplarFilter>(env, "OTEL_METRICS_EXEMPLAR_FILTER", kFilters, config.exemplar_filter);
  env.count("CONTAINER_KIT_METRICS_CARDINALITY_LIMIT", config.metrics_cardinality_limit);
  env.duration("CONTAINER_KIT_METRICS_SERIES_EXPIRY", config.metrics_series_expiry);
}

void check_metrics_options(const Config& config, std::vector<std::string>& faults) {
  const auto check = [&faults](bool right, std::string_view message) {
    if (!right) faults.emplace_back(message);
  };
  const OtlpOptions& otlp = config.otlp_metrics;
  const bool is_wanted = pushes_metrics_to(config, MetricsExporter::kOtlp);
  // An endpoint of both signals is complained of once.
  const bool is_known = !endpoint_fault("", config.otlp_traces.endpoint, config.otlp_traces.protocol).empty();
  const std::string fault =
      endpoint_fault("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", otlp.endpoint, otlp.protocol);
  check(fault.empty() || is_known, fault);
  check(!is_wanted || !otlp.endpoint.empty(),
        "metrics_exporters: otlp, but no endpoint is set; set OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
  check(config.metric_export_interval.count() > 0 && config.metrics_interval.count() > 0,
        "metric_export_interval, metrics_interval: allowed: more than 0 (OTEL_METRIC_EXPORT_INTERVAL, "
        "CONTAINER_KIT_METRICS_INTERVAL)");
  check(config.metric_export_timeout.count() >= 0, "metric_export_timeout: negative; allowed: 0 or more");
  check(config.metrics_cardinality_limit > 0,
        "metrics_cardinality_limit: 0; allowed: 1 or more (CONTAINER_KIT_METRICS_CARDINALITY_LIMIT)");
  check(config.metrics_series_expiry.count() >= 0,
        "metrics_series_expiry: negative; allowed: 0 or more (CONTAINER_KIT_METRICS_SERIES_EXPIRY)");
}

}  // namespace container_kit::telemetry::config
