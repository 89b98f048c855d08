// What a clock and the time-stamp counter say at the same moment, as near as can be had.
#pragma once

#include <cstdint>

#include "base/time_stamp_counter.h"

namespace container_kit::telemetry::base {

struct ClockSample {
  std::uint64_t counter;
  std::int64_t ns;
};

// `now` returns the clock's nanoseconds. Of several tries, the one in which the least time passed between the
// readings of the counter before and after: a thread that loses its processor in between would be
// milliseconds off.
template <typename Now>
ClockSample take_sample(Now&& now) noexcept {
  constexpr int kTries = 8;
  ClockSample best{};
  std::uint64_t narrowest = ~std::uint64_t{0};
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const std::uint64_t before = read_time_stamp_counter();
    const std::int64_t ns = now();
    const std::uint64_t width = read_time_stamp_counter() - before;
    if (width < narrowest) {
      narrowest = width;
      best = {before + width / 2, ns};
    }
  }
  return best;
}

}  // namespace container_kit::telemetry::base
