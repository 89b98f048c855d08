// A series: one attribute set of one metric, and where its numbers are.
//
// Ownership: made and destroyed by its Stream; one allocation holds the series and its packed attributes.
// Invariant: hash, packed and count are those of the canonical set (sorted, filtered, each key once).
#pragma once

#include <atomic>
#include <cstdint>
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
  std::uint32_t ordinal = 0;
  std::atomic<bool> pinned{false};  // bound or registered in advance: never expires
  bool overflow = false;

  // The set as a renderer wants to see it again, made at the first scrape. Guarded by the collection mutex.
  mutable char* label_text = nullptr;
  mutable std::uint32_t label_size = 0;
};

}  // namespace container_kit::telemetry::metrics
