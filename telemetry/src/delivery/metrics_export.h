// MetricsExport: collects every metric of a provider at an interval and sends it as OTLP, on a lane of its
// own: what the receiver does not take is spooled and sent on, as spans are.
//
// Thread safety: every member function from any thread, but for the destructor.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "delivery/lane.h"
#include "delivery/periodic_reader.h"
#include "metrics/reader.h"
#include "protocol/otlp_metrics.h"

namespace container_kit::telemetry::delivery {

struct MetricsExportOptions {
  std::chrono::milliseconds interval{60'000};
  metrics::TemporalityPreference temporality = metrics::TemporalityPreference::kCumulative;
  std::string resource = {};  // a Resource message
  std::string resource_schema_url = {};
  // A collection goes in requests that are no longer than this, where a data point is not longer by itself.
  // What gRPC receivers take by default is 4 MiB.
  std::size_t request_bytes = std::size_t{3'500} << 10;
  LaneOptions lane = {};  // on_settled and kind are filled in
};

class MetricsExport {
 public:
  MetricsExport(std::shared_ptr<metrics::Core> core, MetricsExportOptions options,
                std::unique_ptr<SpanExporter> exporter, base::Log& log);
  ~MetricsExport();  // shuts down at once, if finish_shutdown() did not
  MetricsExport(const MetricsExport&) = delete;
  MetricsExport& operator=(const MetricsExport&) = delete;

  // Asks for a collection, to be waited for with finish_flush().
  std::uint64_t begin_flush() { return reader_.request(); }
  // Waits until it is settled. False: the deadline passed.
  bool finish_flush(std::uint64_t flush, base::Deadline deadline);
  // Collects a last time.
  void begin_shutdown() { reader_.begin_stop(); }
  // Waits until that is settled; what is under way at the deadline is cancelled, and spooled where there is a
  // spool. False: not all was settled.
  bool finish_shutdown(base::Deadline deadline);
  ExporterHealth health() const;

 private:
  void collect();
  void put(std::string request, std::uint32_t points);
  LaneOptions complete(LaneOptions options);

  const MetricsExportOptions options_;
  base::Log& log_;
  metrics::Reader metrics_;
  protocol::OtlpMetricsWriter writer_;
  std::mutex mutex_;  // guards last_sequence_
  std::condition_variable settled_;
  std::uint64_t last_sequence_ = 0;
  Lane lane_;
  PeriodicReader reader_;  // last: its thread uses the rest
};

}  // namespace container_kit::telemetry::delivery
