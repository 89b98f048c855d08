// Backoff: how long to wait after a failure, exponentially longer each time, with full jitter.
//
// Source: OTLP specification, "Failures"; AWS Architecture Blog, "Exponential Backoff And Jitter", for full
// jitter: a random time between zero and a ceiling that doubles, so that many clients do not come back at
// once. Thread safety: one thread at a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/random.h"

namespace container_kit::telemetry::delivery {

struct BackoffLimits {
  std::chrono::milliseconds first{1'000};
  std::chrono::milliseconds longest{30'000};
};

class Backoff {
 public:
  explicit Backoff(BackoffLimits limits) noexcept : limits_(limits), ceiling_(limits.first) {}

  std::chrono::milliseconds next() noexcept {
    const auto ceiling = static_cast<std::uint64_t>(std::max<std::int64_t>(ceiling_.count(), 1));
    ceiling_ = std::min(ceiling_ * 2, limits_.longest);
    return std::chrono::milliseconds(base::next_random() % ceiling);
  }
  void reset() noexcept { ceiling_ = limits_.first; }

 private:
  BackoffLimits limits_;
  std::chrono::milliseconds ceiling_;
};

}  // namespace container_kit::telemetry::delivery
