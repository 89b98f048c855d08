#include "metrics/stream.h"

#include <exception>
#include <new>
#include <utility>

#include "metrics/cell_arena.h"

namespace container_kit::telemetry::metrics {
namespace {

constexpr std::size_t kAliasesPerSeries = 4;
constexpr std::size_t kMinAliases = 64;

using detail::CellLease;
using detail::Word;

std::uint64_t bits_of(std::int64_t value) noexcept {
  return static_cast<std::uint64_t>(value);
}
std::uint64_t bits_of(double value) noexcept {
  return std::bit_cast<std::uint64_t>(value);
}

void add_filtered(Exemplar& exemplar, Attributes attributes, const KeyFilter& filter,
                  const privacy::Filter* privacy) {
  CanonicalSet dropped;
  dropped.assign(attributes, filter.inverse(), privacy);
  exemplar.filtered.resize(PackedSet::packed_size(dropped.attributes()));
  PackedSet::pack(dropped.attributes(), exemplar.filtered.data());
  exemplar.filtered_count = static_cast<std::uint32_t>(dropped.attributes().size());
}

}  // namespace

Stream::Stream(StreamOptions options, Problems& problems)
    : options_(std::move(options)), problems_(problems) {
  switch (options_.info.aggregation) {
    case AggregationKind::kLastValue:
      shared_cells_ = true;
      cell_words_ = kSharedWords;
      break;
    case AggregationKind::kExplicitHistogram:
      layout_ = std::make_unique<detail::HistogramLayout>(options_.info.boundaries);
      cell_words_ = layout_->words();
      break;
    case AggregationKind::kExponentialHistogram:
      exponential_ =
          std::make_unique<ExponentialLayout>(options_.aggregation.max_size, options_.aggregation.max_scale);
      cell_words_ = exponential_->words();
      break;
    default:
      shared_cells_ = is_observable();
      cell_words_ = shared_cells_ ? kSharedWords : 1;
      break;
  }
}

Stream::~Stream() {
  for (Series* series = first(); series != nullptr;) {
    Series* next = series->next.load(std::memory_order_relaxed);
    CellArena::instance().release(series->cell, cell_words_);
    DestroySeries()(series);
    series = next;
  }
  for (const OwnedSeries& series : departed_) CellArena::instance().release(series->cell, cell_words_);
}

Series* Stream::resolve(Attributes attributes, SetHash hash, std::uint64_t now, Pin pin) noexcept {
  try {
    CanonicalSet set;
    set.assign(attributes, options_.filter, options_.privacy);
    const std::uint64_t canonical_hash = hash_attributes(set.attributes()).value;
    Series* overflow = overflow_.load(std::memory_order_acquire);
    if (overflow != nullptr && is_full() && find(set.attributes(), {canonical_hash, true}) == nullptr)
      return overflow;
    const std::scoped_lock lock(mutex_);
    Series* series = create(set.attributes(), canonical_hash, now);
    if (series == nullptr) return nullptr;
    if (set.is_guarded()) series->guarded.store(true, std::memory_order_relaxed);
    if (pin == Pin::kYes) series->pinned.store(true, std::memory_order_relaxed);
    if (hash.plain && !series->overflow) add_alias(attributes, hash.value, series);
    return series;
  } catch (const std::exception&) {
    problems_.report_once("memory:" + options_.info.name,
                          "metric " + options_.info.name + ": no memory for a new attribute set");
    return nullptr;
  }
}

Series* Stream::create(Attributes canonical, std::uint64_t hash, std::uint64_t now) {
  if (Series* found = find(canonical, {hash, true})) return found;
  if (Series* found = stay(canonical, hash)) return found;
  const bool is_overflow = overflow_.load(std::memory_order_relaxed) == nullptr && canonical.size() == 1 &&
                           canonical[0].key == "otel.metric.overflow";
  if (!is_overflow && is_full()) return create_overflow(now);
  OwnedSeries made = make_series(canonical, hash);
  made->start_unix_nano = now;
  made->last_seen = is_observable() ? 0 : now;
  made->overflow = is_overflow;
  if (!give_cell(*made)) return nullptr;
  table_.insert(made.get());
  Series* series = made.release();
  series->ordinal = take_ordinal();
  tail_->next.store(series, std::memory_order_release);
  tail_ = series;
  count_.fetch_add(1, std::memory_order_relaxed);
  if (is_overflow) overflow_.store(series, std::memory_order_release);
  return series;
}

std::uint32_t Stream::take_ordinal() noexcept {
  if (free_ordinals_.empty()) return next_ordinal_++;
  const std::uint32_t ordinal = free_ordinals_.back();
  free_ordinals_.pop_back();
  return ordinal;
}

Series* Stream::create_overflow(std::uint64_t now) {
  if (Series* overflow = overflow_.load(std::memory_order_relaxed)) return overflow;
  problems_.report_once("cardinality:" + options_.info.scope->name + '/' + options_.info.name,
                        "metric " + options_.info.name + ": more than " +
                            std::to_string(options_.cardinality_limit) +
                            " attribute sets; further ones are counted together as otel.metric.overflow");
  const Attribute mark{"otel.metric.overflow", true};
  const Attributes set(std::span<const Attribute>(&mark, 1));
  return create(set, hash_attributes(set).value, now);
}

void Stream::add_alias(Attributes attributes, std::uint64_t hash, Series* series) {
  const std::size_t limit = kAliasesPerSeries * options_.cardinality_limit + kMinAliases;
  if (aliases_.size() >= limit || find(attributes, {hash, true}) != nullptr) return;
  void* memory = ::operator new(sizeof(TableEntry) + PackedSet::packed_size(attributes));
  OwnedAlias entry(new (memory) TableEntry);
  char* packed = static_cast<char*>(memory) + sizeof(TableEntry);
  PackedSet::pack(attributes, packed);
  entry->hash = hash;
  entry->packed = packed;
  entry->count = static_cast<std::uint32_t>(attributes.size());
  entry->target = series;
  aliases_.push_back(std::move(entry));
  table_.insert(aliases_.back().get());
}

bool Stream::give_cell(Series& series) {
  series.cell = CellArena::instance().allocate(cell_words_);
  if (series.cell.block == 0) {
    problems_.report_once("cells",
                          "metrics: the space for cells is used up; new attribute sets are not recorded");
    return false;
  }
  if (shared_cells_) series.shared = CellArena::instance().shared_copy(series.cell);
  return !shared_cells_ || series.shared != nullptr;
}

template <typename T>
void Stream::record_rarely(Series& series, T value) noexcept {
  if (shared_cells_) {
    detail::write_word(series.shared[kSharedValue], bits_of(value));
    series.shared[kSharedSet].store(1, std::memory_order_release);
    return;
  }
  const CellLease lease(series.cell);
  if (lease.cell() != nullptr) apply(lease.cell(), value);
}

template void Stream::record_rarely(Series&, std::int64_t) noexcept;
template void Stream::record_rarely(Series&, double) noexcept;

ExemplarReservoir* Stream::make_reservoir(Series& series) {
  const std::scoped_lock lock(mutex_);
  ExemplarReservoir* reservoir = series.exemplars.load(std::memory_order_acquire);
  if (reservoir != nullptr) return reservoir;
  const std::size_t places = layout_ != nullptr ? info().boundaries.size() + 1 : 1;
  reservoir = new ExemplarReservoir(static_cast<std::uint32_t>(places));
  series.exemplars.store(reservoir, std::memory_order_release);
  has_exemplars_.store(true, std::memory_order_release);
  return reservoir;
}

void Stream::keep_exemplar(Series& series, std::uint32_t place, double value, Attributes attributes,
                           const SpanContext* span, const std::function<std::uint64_t()>& clock) noexcept {
  try {
    ExemplarReservoir* reservoir = series.exemplars.load(std::memory_order_acquire);
    if (reservoir == nullptr) {
      reservoir = make_reservoir(series);
      if (!reservoir->offer(place)) return;  // others have offered meanwhile
    }
    Exemplar exemplar;
    exemplar.value = value;
    exemplar.time_unix_nano = clock();
    if (drops_keys()) add_filtered(exemplar, attributes, options_.filter, options_.privacy);
    if (span != nullptr) {
      exemplar.trace_id = span->trace_id;
      exemplar.span_id = span->span_id;
    }
    reservoir->put(place, std::move(exemplar));
  } catch (const std::exception&) {
    // Out of memory: no exemplar. The measurement itself has been recorded.
  }
}

}  // namespace container_kit::telemetry::metrics
