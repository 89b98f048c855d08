// How series leave a stream: those that nobody has recorded to for long, and those that a callback no longer
// reports.
#include <algorithm>
#include <exception>
#include <utility>

#include "metrics/cell_arena.h"
#include "metrics/stream.h"

namespace container_kit::telemetry::metrics {

void Stream::release_idle(const Round& round) noexcept {
  try {
    const std::scoped_lock lock(mutex_);
    free_departed(round);
    if (is_observable()) return reap_unreported(round);
    if (options_.expiry_nano == 0) return;
    settle_leaving(round);
    if (!leaving_.empty()) return;  // somebody may still be recording to what was taken away before
    std::vector<Series*> idle = find_idle(round.now);
    if (idle.empty()) return;
    take_away(std::move(idle));
    settle_leaving(round);
  } catch (const std::exception&) {
    // Out of memory: what is idle stays for now.
  }
}

bool Stream::is_idle(Series& series, std::uint64_t now) const noexcept {
  if (series.pinned.load(std::memory_order_relaxed) || series.overflow) return false;
  if (series.touched.exchange(false, std::memory_order_relaxed)) series.last_seen = now;
  if (now < series.last_seen || now - series.last_seen < options_.expiry_nano) return false;
  // The value of an up-down counter is what others will be subtracted from: it goes only when nothing is lost
  // by it.
  return info().aggregation != AggregationKind::kSum || info().monotonic || is_zero(series);
}

std::vector<Series*> Stream::find_idle(std::uint64_t now) {
  std::vector<Series*> idle;
  // What expired but was not yet seen by every delta reader takes memory too; no more of it than of living
  // series.
  const std::size_t most =
      options_.cardinality_limit - std::min(departed_.size(), options_.cardinality_limit);
  for (Series* series = first(); series != nullptr; series = series->next.load(std::memory_order_relaxed)) {
    if (is_idle(*series, now) && idle.size() < most) idle.push_back(series);
  }
  return idle;
}

void Stream::take_away(std::vector<Series*> idle) {
  std::sort(idle.begin(), idle.end());
  const auto leaves = [&](const void* series) {
    return std::binary_search(idle.begin(), idle.end(), static_cast<const Series*>(series), std::less<>());
  };
  std::vector<TableEntry*> kept;
  kept.reserve(table_.size());
  for (Series* series = first(); series != nullptr; series = series->next.load(std::memory_order_relaxed)) {
    if (!leaves(series)) kept.push_back(series);
  }
  const auto leaving_alias = std::partition(aliases_.begin(), aliases_.end(),
                                            [&](const OwnedAlias& alias) { return !leaves(alias->target); });
  for (auto alias = aliases_.begin(); alias != leaving_alias; ++alias) kept.push_back(alias->get());
  leaving_aliases_.reserve(leaving_aliases_.size() +
                           static_cast<std::size_t>(aliases_.end() - leaving_alias));
  table_.replace_all(kept);  // the last step that can fail
  std::move(leaving_alias, aliases_.end(), std::back_inserter(leaving_aliases_));
  aliases_.erase(leaving_alias, aliases_.end());
  leaving_ = std::move(idle);
  leaving_tables_ = table_.retired();
  open_sections_.reset();
}

void Stream::settle_leaving(const Round& round) {
  if (leaving_.empty() && leaving_aliases_.empty() && leaving_tables_ == 0) return;
  if (!open_sections_) open_sections_ = OpenSections::now();
  if (!open_sections_->passed()) return;
  leaving_aliases_.clear();
  table_.reclaim(std::exchange(leaving_tables_, 0));
  departed_.reserve(departed_.size() + leaving_.size());
  for (std::size_t i = leaving_.size(); i-- > 0;) {
    if (!leaving_[i]->touched.load(std::memory_order_relaxed)) continue;
    table_.insert(leaving_[i]);  // somebody was faster: it stays
    leaving_.erase(leaving_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  depart(leaving_, round.number);
  leaving_.clear();
}

Series* Stream::stay(Attributes canonical, std::uint64_t hash) {
  const auto found = std::find_if(leaving_.begin(), leaving_.end(), [&](const Series* series) {
    return series->hash == hash && series->set().equals(canonical);
  });
  if (found == leaving_.end()) return nullptr;
  Series* series = *found;
  table_.insert(series);
  leaving_.erase(found);
  return series;
}

// Precondition: departed_ has room for them.
void Stream::depart(const std::vector<Series*>& leaving, std::uint64_t round) noexcept {
  for (Series* series : leaving) series->departed = round;
  tail_ = &head_;
  for (Series* series = first(); series != nullptr;) {
    Series* next = series->next.load(std::memory_order_relaxed);
    if (series->departed == 0) {
      tail_ = series;
    } else {
      tail_->next.store(next, std::memory_order_relaxed);
      departed_.emplace_back(series);
    }
    series = next;
  }
  count_.fetch_sub(leaving.size(), std::memory_order_relaxed);
}

void Stream::free_departed(const Round& round) {
  const auto waits = [&](const OwnedSeries& series) {
    return info().monotonic && !is_observable() && series->departed > round.oldest_delta;
  };
  const auto gone = std::partition(departed_.begin(), departed_.end(), waits);
  free_ordinals_.reserve(free_ordinals_.size() + static_cast<std::size_t>(departed_.end() - gone));
  for (auto series = gone; series != departed_.end(); ++series) {
    CellArena::instance().release((*series)->cell, cell_words_);
    for (DeltaState* state : delta_states_) state->forget((*series)->ordinal);
    free_ordinals_.push_back((*series)->ordinal);
  }
  departed_.erase(gone, departed_.end());
}

// Series of observables are held by nobody between two rounds of callbacks.
void Stream::reap_unreported(const Round& round) {
  const bool crowded = count_.load(std::memory_order_relaxed) > 2 * options_.cardinality_limit;
  // Where a callback failed, nobody knows what it would have reported.
  if (round.callback_failed && !crowded) return;
  const std::uint64_t oldest = crowded ? round.number : std::min(round.number, round.oldest_delta);
  std::vector<Series*> idle;
  for (Series* series = first(); series != nullptr; series = series->next.load(std::memory_order_relaxed)) {
    if (series->last_seen < oldest) idle.push_back(series);
  }
  if (idle.empty()) return;
  departed_.reserve(idle.size());
  take_away(idle);
  leaving_.clear();
  leaving_aliases_.clear();
  table_.reclaim(std::exchange(leaving_tables_, 0));
  for (const Series* series : idle) {
    if (series->overflow) overflow_.store(nullptr, std::memory_order_relaxed);
  }
  depart(idle, round.number);
  free_departed(round);
}

}  // namespace container_kit::telemetry::metrics
