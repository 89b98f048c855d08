// The server's own tool_execution_duration_seconds of one tool, read from /metrics.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "http_client.h"

namespace container_kit::kit::bench {

struct ToolHistogram {
  std::map<double, std::uint64_t>
      up_to;       // by upper bound in seconds, +Inf among them: calls that took no longer
  double sum = 0;  // seconds

  std::uint64_t count() const { return up_to.empty() ? 0 : up_to.rbegin()->second; }
  // The calls since `earlier`, of the same tool and server.
  ToolHistogram since(const ToolHistogram& earlier) const;
  // In seconds, as Prometheus's histogram_quantile(): linear within the bucket that holds it.
  double quantile(double which) const;
  // The part of calls that took no longer than `bound`, which must be a bucket's.
  double part_within(double bound) const;
};

ToolHistogram read_histogram(HttpClient& client, std::string_view tool);

}  // namespace container_kit::kit::bench
