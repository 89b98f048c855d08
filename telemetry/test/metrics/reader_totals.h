// What a reader has seen, added up as its temporality asks for, for tests.
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "metrics/reader.h"

namespace container_kit::telemetry::metrics {

// What a reader has seen of a metric: for a delta reader the sum over its collections, else the last.
struct Seen {
  std::uint64_t count = 0;
  double sum = 0;
  double min = 0;
  double max = 0;
  std::vector<std::uint64_t> buckets;
  std::uint64_t points = 0;
};

class Totals {
 public:
  Totals(const MeterProvider& provider, Temporality temporality)
      : delta_(temporality == Temporality::kDelta), reader_(provider.core(), temporality) {}

  void collect() {
    if (!delta_) seen_.clear();
    reader_.collect([this](const MetricData& data) { take(data); });
  }
  Seen& operator[](const std::string& name) { return seen_[name]; }

 private:
  void take(const MetricData& data) {
    EXPECT_EQ(data.temporality == Temporality::kDelta, delta_ && data.info->monotonic);
    Seen& seen = seen_[data.info->name];
    for (const NumberPoint& point : data.numbers) {
      seen.sum += data.info->integer ? static_cast<double>(static_cast<std::int64_t>(point.bits))
                                     : std::bit_cast<double>(point.bits);
      ++seen.points;
    }
    for (const HistogramPoint& point : data.histograms) {
      seen.count += point.count;
      seen.sum += point.sum;
      seen.min = point.min;
      seen.max = point.max;
      seen.buckets.resize(data.info->boundaries.size() + 1);
      for (std::size_t i = 0; i < seen.buckets.size(); ++i)
        seen.buckets[i] += data.counts[point.first_bucket + i];
    }
    for (const ExponentialPoint& point : data.exponentials) {
      seen.count += point.count;
      seen.sum += point.sum;
    }
  }

  const bool delta_;
  std::map<std::string, Seen> seen_;
  Reader reader_;
};

}  // namespace container_kit::telemetry::metrics
