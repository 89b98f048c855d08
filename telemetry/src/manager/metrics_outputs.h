// Where a Manager pushes its metrics: by OTLP, onto the console, or nowhere.
//
// Thread safety: every member function from any thread, but for the destructor.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <container_kit/telemetry/config.h>
#include <container_kit/telemetry/health.h>

#include "delivery/console_metrics.h"
#include "delivery/metrics_export.h"

namespace container_kit::telemetry {

class MetricsOutputs {
 public:
  // Asked once for each exporter that is made.
  using Observe = std::function<delivery::OperationObserver(const delivery::SpanExporter& exporter)>;

  MetricsOutputs(const std::shared_ptr<metrics::Core>& core, const Config& config,
                 const std::string& resource, const Observe& observe, base::Log& log);

  struct Flush {
    std::uint64_t otlp = 0;
    std::uint64_t console = 0;
  };
  // Both begin at once and are waited for afterwards, so that one takes no time from the other, or from
  // spans.
  Flush begin_flush();
  bool finish_flush(const Flush& flush, base::Deadline deadline);
  void begin_shutdown();
  bool finish_shutdown(base::Deadline deadline);
  // Appends the exporters.
  void fill(Health& health) const;

 private:
  std::unique_ptr<delivery::MetricsExport> otlp_;
  std::unique_ptr<delivery::ConsoleMetrics> console_;
};

}  // namespace container_kit::telemetry
