// A stream: one metric as it leaves the process, made of one instrument by one view (or by none).
//
// It owns the series, finds them by attribute set, takes measurements into their cells, and sums the cells
// up.
//
// Thread safety: find(), resolve() and record() from any thread; collect() by one thread at a time, which the
// Core's collection mutex sees to.
// Ownership: its series live as long as the stream, unless they expire.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include <container_kit/telemetry/detail/histogram_cell.h>

#include "metrics/attribute_table.h"
#include "metrics/delta_state.h"
#include "metrics/exemplar_reservoir.h"
#include "metrics/exponential.h"
#include "metrics/metric_data.h"
#include "metrics/problems.h"

namespace container_kit::telemetry::metrics {

struct StreamOptions {
  MetricInfo info;
  Aggregation aggregation;
  KeyFilter filter;
  std::size_t cardinality_limit = 2000;
  std::uint64_t start_unix_nano = 0;
};

class Stream {
 public:
  Stream(StreamOptions options, Problems& problems);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  const MetricInfo& info() const noexcept { return options_.info; }
  const detail::HistogramLayout* layout() const noexcept { return layout_.get(); }
  const ExponentialLayout* exponential() const noexcept { return exponential_.get(); }

  // The series that took this set before, or null.
  Series* find(Attributes attributes, SetHash hash) const noexcept {
    if (!hash.plain) [[unlikely]]
      return nullptr;
    TableEntry* entry = table_.find(attributes, hash.value);
    return entry == nullptr ? nullptr : static_cast<Series*>(entry->target);
  }
  // The series for this set: found, made, or the overflow one. Null only when memory ran out.
  Series* resolve(Attributes attributes, SetHash hash, std::uint64_t now) noexcept;

  template <typename T>
  void record(Series& series, T value) noexcept {
    detail::Word* cell = shared_cells_ ? nullptr : detail::find_cell(series.cell);
    if (cell == nullptr) [[unlikely]] {
      return record_rarely(series, value);
    }
    apply(cell, value);
  }

  // Offers a measurement, which was recorded, to the series' exemplars.
  void offer_exemplar(Series& series, double value, const SpanContext* span,
                      const std::function<std::uint64_t()>& clock) noexcept;

  // Fills the buffers with the points of now. `delta` null: cumulative.
  MetricData collect(PointBuffers& buffers, DeltaState* delta, std::uint64_t now);

  // Whether a bound instrument of this kind may write the cell itself, without asking the stream.
  bool takes_plain_writes(InstrumentKind kind) const noexcept {
    if (kind != InstrumentKind::kHistogram) return info().aggregation == AggregationKind::kSum;
    return layout_ != nullptr || exponential_ != nullptr;
  }

  // Guarded by the collection mutex, as collect().
  void add_delta_state(DeltaState* state) { delta_states_.push_back(state); }
  void remove_delta_state(DeltaState* state) { std::erase(delta_states_, state); }
  // Shared series that carry another mark are not reported: 1 for gauges, the number of the round of
  // callbacks for observables.
  void set_shared_mark(std::uint64_t mark) noexcept { shared_mark_ = mark; }
  bool is_observable() const noexcept { return info().kind >= InstrumentKind::kObservableCounter; }
  // What a callback observed in the round `mark`. Values that a filter maps to one series are added up where
  // that makes sense; elsewhere the last one counts.
  void observe(Series& series, std::uint64_t bits, std::uint64_t mark) noexcept;

  Series* first() const noexcept { return head_.next.load(std::memory_order_acquire); }
  std::size_t series_count() const noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  Series* create(Attributes canonical, std::uint64_t hash, std::uint64_t now);
  Series* create_overflow(std::uint64_t now);
  void add_alias(Attributes attributes, std::uint64_t hash, Series* series);
  bool give_cell(Series& series);
  void collect_numbers(PointBuffers& buffers, DeltaState* delta);
  void collect_histograms(PointBuffers& buffers, DeltaState* delta);
  void collect_exponentials(PointBuffers& buffers, DeltaState* delta);
  void collect_exemplars(PointBuffers& buffers);
  ExemplarReservoir* make_reservoir(Series& series);
  void share_window(const Series& series, const Extremes& window);
  template <typename T>
  void apply(detail::Word* cell, T value) const noexcept {
    if (layout_ != nullptr) return layout_->record(cell, static_cast<double>(value));
    if (exponential_ != nullptr) return exponential_->record(cell, static_cast<double>(value));
    detail::add_to_word(*cell, value);
  }
  // Last values, and a thread's first use of a cell.
  template <typename T>
  void record_rarely(Series& series, T value) noexcept;

  StreamOptions options_;
  Problems& problems_;
  std::unique_ptr<detail::HistogramLayout> layout_;
  std::unique_ptr<ExponentialLayout> exponential_;
  std::vector<DeltaState*> delta_states_;
  std::atomic<bool> has_exemplars_{false};
  std::uint64_t shared_mark_ = 1;
  std::uint32_t cell_words_ = 1;
  bool shared_cells_ = false;  // last value wins, whoever wrote it

  std::mutex mutex_;  // guards creation: the list's tail, the table's inserts, the aliases
  AttributeTable table_;
  std::vector<std::unique_ptr<char[]>> aliases_;
  Series head_;  // before the first series of the list
  Series* tail_ = &head_;
  std::atomic<Series*> overflow_{nullptr};
  std::atomic<std::size_t> count_{0};
};

}  // namespace container_kit::telemetry::metrics
