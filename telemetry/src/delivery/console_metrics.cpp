#include "delivery/console_metrics.h"

#include <exception>
#include <string_view>

namespace container_kit::telemetry::delivery {
namespace {

// What the library says of itself is at /health/telemetry; here it would stand between the program's metrics.
constexpr std::string_view kOwnScope = "container_kit.telemetry";

}  // namespace

ConsoleMetrics::ConsoleMetrics(std::shared_ptr<metrics::Core> core, std::chrono::milliseconds interval,
                               int descriptor)
    : core_(std::move(core)),
      interval_(interval),
      metrics_(core_, metrics::TemporalityPreference::kCumulative),
      writer_(descriptor),
      reader_(interval, [this] { show(); }) {}

// What a console does not take until the next table is due is lost: it is for whoever looks now.
void ConsoleMetrics::show() {
  try {
    metrics_.collect([this](const metrics::MetricData& metric) {
      if (metric.info->scope->name != kOwnScope) table_.add(metric);
    });
    const auto now = static_cast<std::int64_t>(core_->now());
    writer_.write(table_.take(now, writer_.is_terminal()), base::Deadline::after(interval_));
  } catch (const std::exception&) {
    // Out of memory: no table this time.
  }
}

bool ConsoleMetrics::finish_shutdown(base::Deadline deadline) {
  if (reader_.wait_stopped(deadline)) return true;
  writer_.cancel();
  return false;
}

}  // namespace container_kit::telemetry::delivery
