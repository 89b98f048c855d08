// A stream: one metric as it leaves the process, made of one instrument by one view (or by none).
//
// It owns the series, finds them by attribute set, takes measurements into their cells, and sums the cells
// up.
//
// Thread safety: find(), resolve() and record() from any thread, inside a RecordSection where series can
// expire; collect() and release_idle() by one thread at a time, which the Core's collection mutex sees to;
// observables are resolved by callbacks, which run one after the other while that mutex is held. Ownership:
// its series live as long as the stream, unless they leave it (stream_expiry.cpp):
//   - One that expires is first taken out of the table. When every section that was open then has ended, it
//   stays
//     if somebody recorded to it meanwhile; else it leaves the list. It is kept until every delta reader has
//     seen it.
//   - One of an observable leaves when no callback reports it any more.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <container_kit/telemetry/detail/histogram_cell.h>

#include "metrics/attribute_table.h"
#include "metrics/delta_state.h"
#include "metrics/exemplar_reservoir.h"
#include "metrics/exponential.h"
#include "metrics/metric_data.h"
#include "metrics/near_sets.h"
#include "metrics/problems.h"
#include "metrics/record_section.h"

namespace container_kit::telemetry::metrics {

struct StreamOptions {
  MetricInfo info;
  Aggregation aggregation;
  KeyFilter filter;
  const privacy::Filter* privacy = nullptr;  // owned by the Core's options
  std::size_t cardinality_limit = 2000;
  std::uint64_t start_unix_nano = 0;
  std::uint64_t expiry_nano = 0;  // series untouched for so long expire; 0: never
};

// One collection of all streams.
struct Round {
  std::uint64_t number = 0;
  std::uint64_t now = 0;
  std::uint64_t oldest_delta = 0;  // the round that every delta reader has been through
  bool callback_failed = false;
};

enum class Pin : bool { kNo, kYes };

class Stream {
 public:
  Stream(StreamOptions options, Problems& problems);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  const MetricInfo& info() const noexcept { return options_.info; }
  const detail::HistogramLayout* layout() const noexcept { return layout_.get(); }
  const ExponentialLayout* exponential() const noexcept { return exponential_.get(); }

  // For near_sets.h.
  std::uint64_t owner_number() const noexcept { return owner_number_; }
  // What the table knows of this set, or null.
  TableEntry* find_entry(Attributes attributes, SetHash hash) const noexcept {
    return hash.plain ? table_.find(attributes, hash.value) : nullptr;
  }
  // The series that took this set before, or null.
  Series* find(Attributes attributes, SetHash hash) const noexcept {
    if (!hash.plain) [[unlikely]]
      return nullptr;
    TableEntry* entry = table_.find(attributes, hash.value);
    return entry == nullptr ? nullptr : static_cast<Series*>(entry->target);
  }
  // The series for this set: found, made, or the overflow one. Null only when memory ran out. Pinned, it
  // never expires.
  Series* resolve(Attributes attributes, SetHash hash, std::uint64_t now, Pin pin = Pin::kNo) noexcept;
  // The same for what a callback reports: the cardinality limit counts the sets of this round of callbacks.
  Series* resolve_reported(Attributes attributes, SetHash hash, std::uint64_t now) noexcept;
  // Takes away the series that have expired or are no longer reported. Before the points of a round are
  // collected.
  void release_idle(const Round& round) noexcept;

  template <typename T>
  void record(Series& series, T value) noexcept {
    detail::Word* cell = shared_cells_ ? nullptr : detail::find_cell(series.cell);
    if (cell == nullptr) [[unlikely]] {
      return record_rarely(series, value);
    }
    apply(cell, value);
  }

  // Offers a measurement, which was recorded with these attributes, to the series' exemplars.
  void offer_exemplar(Series& series, double value, Attributes attributes, const SpanContext* span,
                      const std::function<std::uint64_t()>& clock) noexcept {
    const std::uint32_t place = layout_ != nullptr ? layout_->index.find(value) : 0;
    ExemplarReservoir* const reservoir = series.exemplars.load(std::memory_order_acquire);
    if (reservoir != nullptr && !reservoir->offer(place)) [[likely]]
      return;
    keep_exemplar(series, place, value, attributes, span, clock);
  }
  // The first measurement of a series, and those that its reservoir wants.
  [[gnu::noinline, gnu::cold]] void keep_exemplar(Series& series, std::uint32_t place, double value,
                                                  Attributes attributes, const SpanContext* span,
                                                  const std::function<std::uint64_t()>& clock) noexcept;
  bool drops_keys() const noexcept { return options_.filter.mode != KeyFilter::Mode::kAll; }

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
  void set_shared_mark(std::uint64_t mark) noexcept {
    shared_mark_ = mark;
    reported_ = 0;
  }
  bool is_observable() const noexcept { return info().kind >= InstrumentKind::kObservableCounter; }
  // What a callback observed in the round `mark`. Values that a filter maps to one series are added up where
  // that makes sense; elsewhere the last one counts.
  void observe(Series& series, std::uint64_t bits, std::uint64_t mark) noexcept;

  Series* first() const noexcept { return head_.next.load(std::memory_order_acquire); }
  std::size_t series_count() const noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  struct FreeAlias {
    void operator()(TableEntry* entry) const noexcept { ::operator delete(entry); }
  };
  using OwnedAlias = std::unique_ptr<TableEntry, FreeAlias>;

  // The cell of a shared series: the value, and the mark of when it was set.
  static constexpr std::uint32_t kSharedValue = 0;
  static constexpr std::uint32_t kSharedSet = 1;
  static constexpr std::uint32_t kSharedWords = 2;

  bool is_full() const noexcept {
    const std::size_t sets = is_observable() ? reported_ : count_.load(std::memory_order_relaxed);
    return sets + 1 >= options_.cardinality_limit;
  }
  // Those below need mutex_.
  bool is_idle(Series& series, std::uint64_t now) const noexcept;
  std::vector<Series*> find_idle(std::uint64_t now);
  void take_away(std::vector<Series*> idle);
  void settle_leaving(const Round& round);
  Series* stay(Attributes canonical, std::uint64_t hash);
  void depart(const std::vector<Series*>& leaving, std::uint64_t round) noexcept;
  void free_departed(const Round& round);
  void reap_unreported(const Round& round);
  std::uint32_t take_ordinal() noexcept;
  Series* create(Attributes canonical, std::uint64_t hash, std::uint64_t now);
  Series* create_overflow(std::uint64_t now);
  void add_alias(Attributes attributes, std::uint64_t hash, Series* series);
  bool give_cell(Series& series);

  bool is_zero(const Series& series) const noexcept;
  // The living, and for a delta reader those that departed since it last looked.
  template <typename Visit>
  void for_each_series(const DeltaState* delta, Visit&& visit) const;
  void collect_numbers(PointBuffers& buffers, DeltaState* delta);
  void collect_histograms(PointBuffers& buffers, DeltaState* delta);
  void collect_exponentials(PointBuffers& buffers, DeltaState* delta);
  void collect_exemplars(PointBuffers& buffers);
  ExemplarReservoir* make_reservoir(Series& series);
  // Makes the point, but for its buckets, what came since the reader last looked. False where nothing came.
  template <typename Point>
  bool subtract_before(Point& point, SeriesBaseline& before, std::uint64_t last_time) const noexcept;
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
  const std::uint64_t owner_number_ = make_owner_number();
  std::unique_ptr<detail::HistogramLayout> layout_;
  std::unique_ptr<ExponentialLayout> exponential_;
  std::vector<DeltaState*> delta_states_;
  std::atomic<bool> has_exemplars_{false};
  std::uint64_t shared_mark_ = 1;
  std::uint32_t cell_words_ = 1;
  bool shared_cells_ = false;  // last value wins, whoever wrote it

  std::mutex mutex_;  // guards creation: the list's tail, the table's inserts, the aliases
  AttributeTable table_;
  std::vector<OwnedAlias> aliases_;
  Series head_;  // before the first series of the list
  Series* tail_ = &head_;
  std::atomic<Series*> overflow_{nullptr};
  std::atomic<std::size_t> count_{0};
  std::size_t reported_ = 0;  // sets that callbacks reported in this round, the overflow set among them

  // Out of the table, while a section that was open then still is.
  std::vector<Series*> leaving_;
  std::vector<OwnedAlias> leaving_aliases_;
  std::size_t leaving_tables_ = 0;
  std::optional<OpenSections> open_sections_;
  // Out of the list, while a delta reader has not seen them. Guarded by the collection mutex as well.
  std::vector<OwnedSeries> departed_;
  std::vector<std::uint32_t> free_ordinals_;
  std::uint32_t next_ordinal_ = 0;
};

}  // namespace container_kit::telemetry::metrics
