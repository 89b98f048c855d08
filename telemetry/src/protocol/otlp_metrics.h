// OTLP metric requests: collected metrics in, an ExportMetricsServiceRequest out (opentelemetry-proto 1.5:
// metrics/v1/metrics.proto, collector/metrics/v1/metrics_service.proto).
//
// Explicit and exponential histograms, sums and gauges, with exemplars. Strings that are not UTF-8 are made
// so, since a receiver may refuse the whole request for one.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/metric_data.h"

namespace container_kit::telemetry::protocol {

class OtlpMetricsWriter {
 public:
  void add(const metrics::MetricData& metric);
  // Data points since the last take().
  std::uint32_t point_count() const noexcept { return points_; }
  // The request with what was added, and the writer is empty again. `resource` is a Resource message. Empty
  // where nothing was added.
  std::string take(std::string_view resource, std::string_view resource_schema_url = {});

 private:
  struct ScopeMetrics {
    const metrics::Scope* scope;
    std::string metrics;  // `metrics` fields of a ScopeMetrics message
  };
  std::string& metrics_of(const metrics::Scope& scope);

  std::vector<ScopeMetrics> scopes_;
  std::uint32_t points_ = 0;
};

}  // namespace container_kit::telemetry::protocol
