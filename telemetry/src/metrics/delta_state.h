// What a delta reader remembers of one stream: where every series stood when it last looked.
//
// Cells are never reset; a delta is the difference of two states of a sum that only this reader knows of. So
// any number of readers can look at the same cells, each at its own pace.
//
// Thread safety: guarded by the Core's collection mutex.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "metrics/exponential.h"

namespace container_kit::telemetry::metrics {

struct Extremes {
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();

  void fold(double low, double high) noexcept {
    min = std::min(min, low);
    max = std::max(max, high);
  }
  bool empty() const noexcept { return min > max; }
};

struct SeriesBaseline {
  bool reported = false;
  std::uint64_t bits = 0;  // sums
  double sum = 0;          // histograms
  std::vector<std::uint64_t> counts;
  ExponentialCounts exponential;
  Extremes window;    // of the time since this reader last looked
  Extremes previous;  // and of the time before that
};

class DeltaState {
 public:
  // `last_round` is the reader's: the last round of collection that it has been through.
  DeltaState(std::uint64_t start, const std::uint64_t& last_round) noexcept
      : last_round_(last_round), last_time_(start) {}

  SeriesBaseline& of(std::uint32_t ordinal) {
    if (ordinal >= series_.size()) series_.resize(ordinal + 1);
    return series_[ordinal];
  }
  // The series is gone; its ordinal may be given to another.
  void forget(std::uint32_t ordinal) {
    if (ordinal < series_.size()) series_[ordinal] = {};
  }
  std::uint64_t last_round() const noexcept { return last_round_; }
  // Where the interval that is being collected began.
  std::uint64_t last_time() const noexcept { return last_time_; }
  void finish(std::uint64_t now) noexcept { last_time_ = now; }

 private:
  const std::uint64_t& last_round_;
  std::vector<SeriesBaseline> series_;
  std::uint64_t last_time_;
};

}  // namespace container_kit::telemetry::metrics
