#include "config/metrics_options.h"

#include <algorithm>

#include "config/endpoint.h"

namespace container_kit::telemetry::config {

bool pushes_metrics_to(const Config& config, MetricsExporter exporter) {
  const auto& all = config.metrics_exporters;
  if (config.metrics_to_nowhere) return false;
  if (all.empty()) return exporter == MetricsExporter::kOtlp && !config.otlp_metrics.endpoint.empty();
  return std::find(all.begin(), all.end(), exporter) != all.end();
}

void check_metrics_options(const Config& config, std::vector<std::string>& faults) {
  const OtlpOptions& otlp = config.otlp_metrics;
  const bool is_wanted = pushes_metrics_to(config, MetricsExporter::kOtlp);
  const std::string variable = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
  const std::string fault = endpoint_fault(variable, otlp.endpoint, otlp.protocol);
  // One receiver of both signals, named by one variable, is complained of once.
  const auto traces = config.sources.find("otlp_traces.endpoint");
  const auto metrics = config.sources.find("otlp_metrics.endpoint");
  const bool is_same_variable = traces != config.sources.end() && metrics != config.sources.end() &&
                                traces->second.where == metrics->second.where;
  const bool is_known = is_same_variable && config.otlp_traces.protocol == otlp.protocol &&
                        !endpoint_fault(variable, config.otlp_traces.endpoint, otlp.protocol).empty();
  if (!fault.empty() && !is_known) faults.push_back(fault);
  if (is_wanted && otlp.endpoint.empty()) {
    faults.push_back("metrics_exporters: otlp, but no endpoint is set; set " + variable);
  }
}

}  // namespace container_kit::telemetry::config
