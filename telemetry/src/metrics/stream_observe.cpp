// How a stream takes what callbacks report.
#include <exception>

#include "metrics/stream.h"

namespace container_kit::telemetry::metrics {

Series* Stream::resolve_reported(Attributes attributes, SetHash hash, std::uint64_t now) noexcept {
  Series* series = find(attributes, hash);
  if (series == nullptr) series = resolve(attributes, hash, now);
  if (series == nullptr || series->last_seen == shared_mark_) return series;
  if (!series->overflow && is_full()) {
    try {
      const std::scoped_lock lock(mutex_);
      series = create_overflow(now);
    } catch (const std::exception&) {
      return nullptr;  // out of memory
    }
    if (series == nullptr || series->last_seen == shared_mark_) return series;
  }
  series->last_seen = shared_mark_;
  ++reported_;
  return series;
}

void Stream::observe(Series& series, std::uint64_t bits, std::uint64_t mark) noexcept {
  const bool again = detail::read_word(series.shared[kSharedSet]) == mark;
  const bool merges = options_.filter.mode != KeyFilter::Mode::kAll || series.overflow ||
                      series.guarded.load(std::memory_order_relaxed);
  if (again && merges && info().aggregation == AggregationKind::kSum) {
    const std::uint64_t before = detail::read_word(series.shared[kSharedValue]);
    const double sum = std::bit_cast<double>(before) + std::bit_cast<double>(bits);
    bits = info().integer ? before + bits : std::bit_cast<std::uint64_t>(sum);
  }
  detail::write_word(series.shared[kSharedValue], bits);
  series.shared[kSharedSet].store(mark, std::memory_order_release);
}

}  // namespace container_kit::telemetry::metrics
