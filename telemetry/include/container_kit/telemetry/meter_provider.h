// MeterProvider: owns every metric of a program, and is what readers collect from.
//
//   MeterProvider provider{{.on_problem = [](std::string_view text) { log(text); }}};
//   Meter meter = provider.meter("my.library", {.version = "1.2.0"});
//   PrometheusScraper scraper{provider};            // prometheus.h
//
// Thread safety: every member may be called from any thread.
// Ownership: meters and instruments share what they need; the provider may go first.
// Errors: a wrong definition is reported once through on_problem and gives an instrument that does nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/meter.h>
#include <container_kit/telemetry/views.h>

namespace container_kit::telemetry {

namespace privacy {
class Filter;
}

struct MetricsOptions {
  std::vector<View> views = {};
  // Attribute sets of one metric, the overflow set among them, where no view says otherwise.
  std::size_t cardinality_limit = 2000;
  // What histograms become where no view says otherwise: explicit or exponential.
  AggregationKind default_histogram = AggregationKind::kExplicitHistogram;
  ExemplarFilter exemplar_filter = ExemplarFilter::kTraceBased;
  // How long one callback of an observable instrument may take before it is left behind for good.
  std::chrono::milliseconds callback_deadline{1000};
  // A series that nobody recorded to for so long disappears at the next collection, and begins anew, with a
  // new start time, should it be recorded to again. Zero: never. Bound series and the overflow set never do;
  // an up-down counter only while it stands at 0, because its value is what others will be subtracted from.
  // Delta readers get all of it first. Choose it longer than the interval of every reader.
  std::chrono::milliseconds series_expiry{0};
  // The library's own: what every attribute value is held against before a series is made for it. Null:
  // nothing.
  std::shared_ptr<const privacy::Filter> privacy = {};
  // Called with one line for each problem, once per problem, from the thread that ran into it. Must not
  // throw. Empty: the line goes to standard error.
  std::function<void(std::string_view)> on_problem = {};
  // Nanoseconds since 1970. Empty: the system clock.
  std::function<std::uint64_t()> clock = {};
};

namespace metrics {
class Core;
}

class MeterProvider {
 public:
  explicit MeterProvider(MetricsOptions options = {});
  ~MeterProvider();
  MeterProvider(const MeterProvider&) = delete;
  MeterProvider& operator=(const MeterProvider&) = delete;

  // The meter of this scope; the same scope gives the same meter.
  Meter meter(std::string_view name, MeterOptions options = {}) noexcept;

  // Measurements that were no numbers an instrument can take.
  std::uint64_t skipped() const noexcept;

  // For readers, which are parts of this library.
  const std::shared_ptr<metrics::Core>& core() const noexcept { return core_; }

 private:
  std::shared_ptr<metrics::Core> core_;
};

}  // namespace container_kit::telemetry
