#include "delivery/metrics_export.h"

#include <exception>

#include "protocol/otlp_metrics_request.h"

namespace container_kit::telemetry::delivery {

MetricsExport::MetricsExport(std::shared_ptr<metrics::Core> core, MetricsExportOptions options,
                             std::unique_ptr<SpanExporter> exporter, base::Log& log)
    : options_(std::move(options)),
      log_(log),
      metrics_(std::move(core), options_.temporality),
      lane_(std::move(exporter), complete(options_.lane), log),
      reader_(options_.interval, [this] { collect(); }) {}

MetricsExport::~MetricsExport() {
  lane_.stop(base::Deadline::after(std::chrono::milliseconds::zero()));
}

LaneOptions MetricsExport::complete(LaneOptions options) {
  options.kind = {"data point", &protocol::split_otlp_metrics};
  options.on_settled = [this] {
    const std::lock_guard lock(mutex_);
    settled_.notify_all();
  };
  return options;
}

void MetricsExport::collect() {
  try {
    metrics_.collect([this](const metrics::MetricData& metric) { writer_.add(metric); });
    const std::uint32_t points = writer_.point_count();
    put(writer_.take(options_.resource, options_.resource_schema_url), points);
  } catch (const std::exception& error) {
    log_.warn(std::string("metrics could not be collected: ") + error.what());
  }
}

// A delta reader that has nothing to tell sends nothing.
void MetricsExport::put(std::string request, std::uint32_t points) {
  if (points == 0) return;
  if (request.size() > options_.request_bytes) {
    std::vector<protocol::OtlpPiece> pieces = protocol::split_otlp_metrics(request);
    if (!pieces.empty()) request.clear();
    for (protocol::OtlpPiece& piece : pieces) put(std::move(piece.request), piece.span_count);
    if (!pieces.empty()) return;
  }
  auto parcel = std::make_shared<Parcel>();
  parcel->request = std::move(request);
  parcel->span_count = points;
  {
    const std::lock_guard lock(mutex_);
    parcel->sequence = ++last_sequence_;
  }
  lane_.put(std::move(parcel));
}

bool MetricsExport::finish_flush(std::uint64_t flush, base::Deadline deadline) {
  if (!reader_.wait(flush, deadline)) return false;
  lane_.hurry();
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = last_sequence_;
  return settled_.wait_until(lock, deadline.at(), [&] { return lane_.settled() >= mine; });
}

bool MetricsExport::finish_shutdown(base::Deadline deadline) {
  const bool collected = reader_.wait_stopped(deadline);
  return lane_.stop(deadline) && collected;
}

ExporterHealth MetricsExport::health() const {
  ExporterHealth health = lane_.health();
  health.signal = "metrics";
  return health;
}

}  // namespace container_kit::telemetry::delivery
