// Metrics for people: a table with a line a series.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/metric_data.h"

namespace container_kit::telemetry::protocol {

class MetricsTable {
 public:
  void add(const metrics::MetricData& metric);
  // The table of what was added, as at that time; the next one begins empty. Series that stand at 0 are only
  // counted. Colours are those of ANSI terminals.
  std::string take(std::int64_t unix_nanoseconds, bool coloured);

 private:
  struct Row {
    std::string name;  // empty: as the row above
    std::string labels;
    std::string value;
  };
  void add_row(const metrics::MetricInfo& info, const metrics::Series& series, std::string value);

  std::vector<Row> rows_;
  const metrics::MetricInfo* last_ = nullptr;  // of the last row
  std::size_t at_zero_ = 0;
};

// A value of that unit: "1.50 ms" for 0.0015 s, "34.1 MiB" for By, "12.5 %", else the number.
std::string format_value(double value, const std::string& unit);

}  // namespace container_kit::telemetry::protocol
