// What the library says of itself as metrics: the numbers of Health under the names of the OpenTelemetry
// semantic conventions ("Semantic conventions for OpenTelemetry SDK metrics", otel.sdk.*), and those of our
// own (container_kit.*) that the conventions have no name for.
//
// Everything but the duration of exports is asked for when somebody collects, from counters that are kept
// anyway: a span costs nothing more for it.
//
// Thread safety: watch() once; observers from any thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <container_kit/telemetry/health.h>
#include <container_kit/telemetry/meter.h>

#include "delivery/lane.h"

namespace container_kit::telemetry {

// An exporter as the conventions name it.
struct ExporterComponent {
  std::string name;  // otlp_http_span_exporter/0
  std::string type;  // otlp_http_span_exporter
  std::string server_address;
  std::int64_t server_port = 0;  // 0: it sends to no server
};

class SelfMetrics {
 public:
  explicit SelfMetrics(Meter meter);

  // The next exporter of this type; `item` is what it sends: span or metric.
  ExporterComponent make_component(const delivery::SpanExporter& exporter, const std::string& item);
  // For its lane.
  delivery::OperationObserver operation_observer(const ExporterComponent& component) const;
  // From now on collections ask for these numbers. `components` are Health's exporters, in its order.
  void watch(std::function<Health()> health, std::vector<ExporterComponent> components, bool is_tracing);

 private:
  Meter meter_;
  Histogram<double> operation_duration_;
  std::map<std::string, int> count_of_type_;
};

}  // namespace container_kit::telemetry
