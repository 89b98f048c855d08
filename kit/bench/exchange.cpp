#include "exchange.h"

#include <algorithm>

namespace container_kit::kit::bench {

double Load::per_second() const {
  return static_cast<double>(latencies.size()) / std::chrono::duration<double>(took).count();
}

double Load::percentile(double which) {
  if (latencies.empty()) return 0;
  std::sort(latencies.begin(), latencies.end());
  const auto last = static_cast<double>(latencies.size() - 1);
  const auto at = static_cast<std::size_t>(which * last);
  return std::chrono::duration<double, std::micro>(latencies[at]).count();
}

}  // namespace container_kit::kit::bench
