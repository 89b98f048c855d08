// A reader collects every metric of a provider, one after the other, at its own pace and in its own
// temporality.
//
// Delta readers get deltas of counters and histograms; up-down counters and gauges are always cumulative, as
// the specification's delta preference says. Readers that prefer low memory get deltas of what is recorded,
// and observable counters as they are observed, so that nobody keeps what they were before. A series that has
// not changed since is left out of a delta.
//
// Thread safety: collect() from any thread; readers of one provider take turns.
// Ownership: keeps the provider's metrics alive.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "metrics/core.h"
#include "metrics/delta_state.h"

namespace container_kit::telemetry::metrics {

// The specification's OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE.
enum class TemporalityPreference : std::uint8_t { kCumulative, kDelta, kLowMemory };

class Reader {
 public:
  Reader(std::shared_ptr<Core> core, TemporalityPreference preference);
  Reader(std::shared_ptr<Core> core, Temporality temporality)
      : Reader(std::move(core), temporality == Temporality::kDelta ? TemporalityPreference::kDelta
                                                                   : TemporalityPreference::kCumulative) {}
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // `visit` sees each metric that has points; the data lives until it returns. It must not collect itself.
  void collect(const std::function<void(const MetricData&)>& visit);

 private:
  DeltaState* state_of(Stream& stream);

  std::shared_ptr<Core> core_;
  const TemporalityPreference preference_;
  const std::uint64_t created_;
  std::uint64_t last_round_ = 0;  // guarded by the collection mutex, as the rest
  std::map<Stream*, std::unique_ptr<DeltaState>> states_;
  PointBuffers buffers_;
};

}  // namespace container_kit::telemetry::metrics
