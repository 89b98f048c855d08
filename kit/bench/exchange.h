// What a load brings back.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace container_kit::kit::bench {

struct Load {
  std::vector<std::chrono::nanoseconds> latencies;  // one a request
  std::chrono::nanoseconds took{0};

  double per_second() const;
  // In microseconds; sorts.
  double percentile(double which);
};

// Sent one after the other, and over again.
using Requests = std::vector<std::string>;

}  // namespace container_kit::kit::bench
