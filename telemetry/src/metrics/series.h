// A series: one attribute set of one metric, and where its numbers are.
//
// Ownership: made and destroyed by its Stream; one allocation holds the series and its packed attributes.
// Invariant: hash, packed and count are those of the canonical set (sorted, filtered, each key once).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include <container_kit/telemetry/detail/cells.h>

#include "metrics/attribute_table.h"

namespace container_kit::telemetry::metrics {

class ExemplarReservoir;

struct Series : TableEntry {
  detail::CellRef cell;
  // Where the value of a gauge or an observable lies; null for those that are summed over threads.
  detail::Word* shared = nullptr;
  std::uint64_t start_unix_nano = 0;
  std::atomic<ExemplarReservoir*> exemplars{nullptr};
  std::atomic<Series*> next{nullptr};  // in the stream's list, in the order of creation
  // Where series expire: the time of the collection that last found `touched` set. In an observable's stream:
  // the round of callbacks in which the series was last reported. Guarded by the collection mutex, as
  // `departed`.
  std::uint64_t last_seen = 0;
  std::uint64_t departed = 0;  // the round in which it expired
  std::uint32_t ordinal = 0;
  std::atomic<bool> touched{false};  // recorded by attributes since the last collection, where series expire
  std::atomic<bool> pinned{false};   // bound or registered in advance: never expires
  std::atomic<bool> guarded{false};  // stands for sets that privacy made equal
  bool overflow = false;

  // The set as a renderer wants to see it again, made at the first scrape. Guarded by the collection mutex.
  mutable std::uint32_t label_size = 0;
  mutable char* label_text = nullptr;

  // Read first: the word is shared by every thread, and is written at most once between two collections.
  void touch() noexcept {
    if (!touched.load(std::memory_order_relaxed)) touched.store(true, std::memory_order_relaxed);
  }
};

struct DestroySeries {
  void operator()(Series* series) const noexcept;
};
using OwnedSeries = std::unique_ptr<Series, DestroySeries>;

// A series without a cell. Precondition: the set is canonical, and the hash is its.
OwnedSeries make_series(Attributes canonical, std::uint64_t hash);

}  // namespace container_kit::telemetry::metrics
