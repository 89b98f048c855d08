#include "manager/metrics_outputs.h"

#include <unistd.h>

#include "config/metrics_options.h"
#include "manager/exporters.h"

namespace container_kit::telemetry {
namespace {

metrics::TemporalityPreference preference_of(MetricsTemporality temporality) {
  switch (temporality) {
    case MetricsTemporality::kDelta:
      return metrics::TemporalityPreference::kDelta;
    case MetricsTemporality::kLowMemory:
      return metrics::TemporalityPreference::kLowMemory;
    default:
      return metrics::TemporalityPreference::kCumulative;
  }
}

// A collection of a few ten thousand series is a few megabytes.
constexpr std::size_t kQueueBytes = std::size_t{16} << 20;

std::unique_ptr<delivery::MetricsExport> make_otlp(const std::shared_ptr<metrics::Core>& core,
                                                   const Config& config, const std::string& resource,
                                                   const MetricsOutputs::Observe& observe, base::Log& log) {
  std::unique_ptr<delivery::SpanExporter> exporter = make_metrics_exporter(config);
  delivery::MetricsExportOptions options;
  options.interval = config.metric_export_interval;
  options.temporality = preference_of(config.otlp_metrics_temporality);
  options.resource = resource;
  options.resource_schema_url = config.resource_schema_url;
  options.lane.export_timeout = config.metric_export_timeout;
  options.lane.queue_bytes = kQueueBytes;
  options.lane.on_operation = observe(*exporter);
  if (ExporterSpoolOpener open = make_spool_opener(config)) {
    options.lane.spool = [open = std::move(open), to = exporter.get()](bool make) { return open(*to, make); };
  }
  return std::make_unique<delivery::MetricsExport>(core, std::move(options), std::move(exporter), log);
}

}  // namespace

MetricsOutputs::MetricsOutputs(const std::shared_ptr<metrics::Core>& core, const Config& config,
                               const std::string& resource, const Observe& observe, base::Log& log) {
  if (config::pushes_metrics_to(config, MetricsExporter::kOtlp)) {
    otlp_ = make_otlp(core, config, resource, observe, log);
  }
  if (config::pushes_metrics_to(config, MetricsExporter::kConsole)) {
    console_ = std::make_unique<delivery::ConsoleMetrics>(core, config.metrics_interval, STDERR_FILENO);
  }
}

MetricsOutputs::Flush MetricsOutputs::begin_flush() {
  return {otlp_ != nullptr ? otlp_->begin_flush() : 0, console_ != nullptr ? console_->begin_flush() : 0};
}

bool MetricsOutputs::finish_flush(const Flush& flush, base::Deadline deadline) {
  const bool otlp = otlp_ == nullptr || otlp_->finish_flush(flush.otlp, deadline);
  const bool console = console_ == nullptr || console_->finish_flush(flush.console, deadline);
  return otlp && console;
}

void MetricsOutputs::begin_shutdown() {
  if (otlp_ != nullptr) otlp_->begin_shutdown();
  if (console_ != nullptr) console_->begin_shutdown();
}

bool MetricsOutputs::finish_shutdown(base::Deadline deadline) {
  const bool otlp = otlp_ == nullptr || otlp_->finish_shutdown(deadline);
  const bool console = console_ == nullptr || console_->finish_shutdown(deadline);
  return otlp && console;
}

void MetricsOutputs::fill(Health& health) const {
  if (otlp_ != nullptr) health.exporters.push_back(otlp_->health());
}

}  // namespace container_kit::telemetry
