// How a stream sums up the copies that the threads keep, and what a delta reader gets of the sums.
#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "metrics/cell_arena.h"
#include "metrics/delta_state.h"
#include "metrics/stream.h"

namespace container_kit::telemetry::metrics {
namespace {

using detail::HistogramCell;
using detail::Word;

std::uint64_t sum_integers(detail::CellRef cell) noexcept {
  std::uint64_t sum = 0;
  for_each_copy(cell, [&](const Word* copy) { sum += detail::read_word(*copy); });
  return sum;
}

double sum_doubles(detail::CellRef cell) noexcept {
  double sum = 0;
  for_each_copy(cell, [&](const Word* copy) { sum += detail::read_double(*copy); });
  return sum;
}

// All of a series' copies, but for the buckets.
struct Summary {
  double sum = 0;
  Extremes life;
  Extremes window;  // of copies written in the current generation
};

void fold(Summary& summary, const Word* copy, std::uint32_t generation) noexcept {
  summary.sum += detail::read_double(copy[HistogramCell::kSum]);
  const std::uint64_t written = copy[HistogramCell::kGeneration].load(std::memory_order_acquire);
  if (written == 0) return;
  const double min = detail::read_double(copy[HistogramCell::kMin]);
  const double max = detail::read_double(copy[HistogramCell::kMax]);
  summary.life.fold(min, max);
  summary.life.fold(detail::read_double(copy[HistogramCell::kLifeMin]),
                    detail::read_double(copy[HistogramCell::kLifeMax]));
  if (written == generation) summary.window.fold(min, max);
}

std::uint64_t difference(std::uint64_t now, std::uint64_t before, bool integer) noexcept {
  if (integer) return now - before;
  return std::bit_cast<std::uint64_t>(std::bit_cast<double>(now) - std::bit_cast<double>(before));
}

bool is_less(std::uint64_t now, std::uint64_t before, bool integer) noexcept {
  if (integer) return static_cast<std::int64_t>(now) < static_cast<std::int64_t>(before);
  return std::bit_cast<double>(now) < std::bit_cast<double>(before);
}

void subtract(std::span<std::uint64_t> counts, std::vector<std::uint64_t>& before) {
  before.resize(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] -= before[i];
    before[i] += counts[i];
  }
}

}  // namespace

template <typename Visit>
void Stream::for_each_series(const DeltaState* delta, Visit&& visit) const {
  for (const Series* series = first(); series != nullptr;
       series = series->next.load(std::memory_order_acquire)) {
    visit(*series);
  }
  if (delta == nullptr) return;
  for (const OwnedSeries& series : departed_) {
    if (series->departed > delta->last_round()) visit(*series);
  }
}

bool Stream::is_zero(const Series& series) const noexcept {
  return info().integer ? sum_integers(series.cell) == 0 : sum_doubles(series.cell) == 0;
}

MetricData Stream::collect(PointBuffers& buffers, DeltaState* delta, std::uint64_t now) {
  buffers.clear();
  switch (info().aggregation) {
    case AggregationKind::kExplicitHistogram:
      collect_histograms(buffers, delta);
      break;
    case AggregationKind::kExponentialHistogram:
      collect_exponentials(buffers, delta);
      break;
    default:
      collect_numbers(buffers, delta);
      break;
  }
  if (delta != nullptr) delta->finish(now);
  if (has_exemplars_.load(std::memory_order_acquire)) collect_exemplars(buffers);
  return {&info(),
          delta == nullptr ? Temporality::kCumulative : Temporality::kDelta,
          now,
          buffers.numbers,
          buffers.histograms,
          buffers.exponentials,
          buffers.counts,
          buffers.exemplars,
          buffers.exemplar_places,
          buffers.ranges};
}

void Stream::collect_exemplars(PointBuffers& buffers) {
  const auto collect_of = [&](const Series& series) {
    ExemplarRange range{static_cast<std::uint32_t>(buffers.exemplars.size()), 0};
    if (ExemplarReservoir* reservoir = series.exemplars.load(std::memory_order_acquire)) {
      reservoir->read(buffers.exemplars, buffers.exemplar_places);
    }
    range.size = static_cast<std::uint32_t>(buffers.exemplars.size()) - range.first;
    buffers.ranges.push_back(range);
  };
  for (const NumberPoint& point : buffers.numbers) collect_of(*point.series);
  for (const HistogramPoint& point : buffers.histograms) collect_of(*point.series);
  for (const ExponentialPoint& point : buffers.exponentials) collect_of(*point.series);
}

void Stream::collect_numbers(PointBuffers& buffers, DeltaState* delta) {
  const bool integer = info().integer;
  for_each_series(delta, [&](const Series& series) {
    std::uint64_t bits = 0;
    if (shared_cells_) {
      if (series.shared[kSharedSet].load(std::memory_order_acquire) != shared_mark_) return;
      bits = detail::read_word(series.shared[kSharedValue]);
    } else {
      bits = integer ? sum_integers(series.cell) : std::bit_cast<std::uint64_t>(sum_doubles(series.cell));
    }
    if (delta == nullptr) {
      buffers.numbers.push_back({&series, series.start_unix_nano, bits});
      return;
    }
    SeriesBaseline& before = delta->of(series.ordinal);
    if (std::exchange(before.reported, true) && before.bits == bits) return;
    const std::uint64_t start = std::max(delta->last_time(), series.start_unix_nano);
    // What is observed may begin anew, and be less than before.
    if (is_observable() && is_less(bits, before.bits, integer)) before.bits = 0;
    buffers.numbers.push_back({&series, start, difference(bits, before.bits, integer)});
    before.bits = bits;
  });
}

// Gives every delta reader what the current window held, so that the window can be closed.
void Stream::share_window(const Series& series, const Extremes& window) {
  for (DeltaState* state : delta_states_) state->of(series.ordinal).window.fold(window.min, window.max);
}

// Where no bucket grew, the baseline stays as it is: a measurement that is just being made may be in the sum
// and the extremes already, and belongs to the interval in which its bucket shows it.
template <typename Point>
bool Stream::subtract_before(Point& point, SeriesBaseline& before, std::uint64_t last_time) const noexcept {
  point.start_unix_nano = std::max(last_time, point.start_unix_nano);
  const bool reported = std::exchange(before.reported, true);
  if (point.count == 0) return !reported;
  point.sum -= std::exchange(before.sum, point.sum);
  Extremes window = std::exchange(before.window, {});
  // Its extremes were in time for the interval before.
  if (window.empty()) window = before.previous;
  before.previous = window;
  // The first delta is about all that was ever recorded.
  if (!reported) return true;
  point.min = window.min;
  point.max = window.max;
  return true;
}

void Stream::collect_histograms(PointBuffers& buffers, DeltaState* delta) {
  const std::size_t buckets = info().boundaries.size() + 1;
  const std::uint32_t generation = layout_->generation.load(std::memory_order_relaxed);
  for_each_series(delta, [&](const Series& series) {
    const auto first = static_cast<std::uint32_t>(buffers.counts.size());
    buffers.counts.resize(first + buckets);
    const std::span<std::uint64_t> counts(buffers.counts.data() + first, buckets);
    Summary summary;
    for_each_copy(series.cell, [&](const Word* copy) {
      for (std::size_t i = 0; i < buckets; ++i)
        counts[i] += copy[HistogramCell::kBuckets + i].load(std::memory_order_acquire);
      fold(summary, copy, generation);
    });
    HistogramPoint point{&series,          series.start_unix_nano, 0,    summary.sum,
                         summary.life.min, summary.life.max,       first};
    bool fresh = true;
    if (delta != nullptr) {
      share_window(series, summary.window);
      SeriesBaseline& before = delta->of(series.ordinal);
      subtract(counts, before.counts);
      point.count = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
      fresh = subtract_before(point, before, delta->last_time());
    } else {
      point.count = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    }
    if (point.count == 0) point.sum = 0;
    if (fresh) buffers.histograms.push_back(point);
  });
  if (delta != nullptr) layout_->generation.store(generation + 1, std::memory_order_relaxed);
}

void Stream::collect_exponentials(PointBuffers& buffers, DeltaState* delta) {
  const std::uint32_t generation = exponential_->generation.load(std::memory_order_relaxed);
  for_each_series(delta, [&](const Series& series) {
    Summary summary;
    ExponentialCounts counts;
    for_each_copy(series.cell, [&](const Word* copy) {
      counts.merge(exponential_->read(copy), exponential_->max_size());
      fold(summary, copy, generation);
    });
    ExponentialPoint point{&series,          series.start_unix_nano, 0, 0,  summary.sum,
                           summary.life.min, summary.life.max,       0, {}, {}};
    bool fresh = true;
    if (delta != nullptr) {
      share_window(series, summary.window);
      SeriesBaseline& before = delta->of(series.ordinal);
      ExponentialCounts whole = counts;
      counts.subtract(std::exchange(before.exponential, std::move(whole)));
      point.count = counts.total();
      fresh = subtract_before(point, before, delta->last_time());
    } else {
      point.count = counts.total();
    }
    if (point.count == 0) point.sum = 0;
    point.zero_count = counts.zero_count;
    point.scale = counts.scale;
    point.positive = {counts.offset, static_cast<std::uint32_t>(buffers.counts.size()),
                      static_cast<std::uint32_t>(counts.counts.size())};
    buffers.counts.insert(buffers.counts.end(), counts.counts.begin(), counts.counts.end());
    if (fresh) buffers.exponentials.push_back(point);
  });
  if (delta != nullptr) exponential_->generation.store(generation + 1, std::memory_order_relaxed);
}

}  // namespace container_kit::telemetry::metrics
