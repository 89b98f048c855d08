// Several readers over the same cells, while threads record, come and go.
#include "metrics/reader.h"

#include <atomic>
#include <cmath>
#include <thread>

#include <gtest/gtest.h>

#include <container_kit/telemetry/prometheus.h>

#include "metrics/reader_totals.h"

namespace container_kit::telemetry::metrics {
namespace {

MetricsOptions exponential_for(const char* name) {
  MetricsOptions options;
  View& view = options.views.emplace_back();
  view.select.instrument_name = name;
  view.aggregation.kind = AggregationKind::kExponentialHistogram;
  return options;
}

TEST(Reader, DeltaGivesWhatCameSinceAndLeavesOutWhatDidNotChange) {
  MeterProvider provider;
  Meter meter = provider.meter("test");
  auto counter = meter.counter<std::int64_t>("c");
  auto histogram = meter.histogram<double>("h", {.boundaries = {{1, 2}}});
  counter.add(5, {{"k", 1}});
  histogram.record(1.5);
  Totals delta(provider, Temporality::kDelta);
  delta.collect();
  EXPECT_EQ(delta["c"].sum, 5);
  counter.add(2, {{"k", 2}});
  histogram.record(0.25);
  delta.collect();
  EXPECT_EQ(delta["c"].sum, 7);
  EXPECT_EQ(delta["c"].points, 2U);
  EXPECT_EQ(delta["h"].buckets, (std::vector<std::uint64_t>{1, 1, 0}));
  EXPECT_EQ(delta["h"].min, 0.25);  // of the last interval alone
  EXPECT_EQ(delta["h"].max, 0.25);
  delta.collect();
  EXPECT_EQ(delta["c"].points, 2U);
}

TEST(Reader, StartTimesFollowTheTemporality) {
  std::uint64_t now = 1000;
  MeterProvider provider{{.clock = [&] { return now; }}};
  auto counter = provider.meter("test").counter<std::int64_t>("c");
  Reader cumulative(provider.core(), Temporality::kCumulative);
  Reader delta(provider.core(), Temporality::kDelta);
  now = 2000;
  counter.add(1);
  const auto start_of = [](Reader& reader) {
    std::uint64_t start = 0;
    reader.collect([&](const MetricData& data) { start = data.numbers[0].start_unix_nano; });
    return start;
  };
  now = 3000;
  EXPECT_EQ(start_of(cumulative), 2000U);
  EXPECT_EQ(start_of(delta), 2000U);
  counter.add(1);
  now = 4000;
  EXPECT_EQ(start_of(cumulative), 2000U);
  EXPECT_EQ(start_of(delta), 3000U);
}

TEST(Reader, CumulativeExtremesOutliveTheWindowsOfDeltaReaders) {
  MeterProvider provider;
  auto histogram = provider.meter("test").histogram<double>("h", {.boundaries = {{1}}});
  Totals cumulative(provider, Temporality::kCumulative);
  Totals fast(provider, Temporality::kDelta);
  Totals slow(provider, Temporality::kDelta);
  for (const double value : {4.0, 1.0, 9.0, 5.0}) {
    histogram.record(value);
    fast.collect();
  }
  cumulative.collect();
  slow.collect();
  EXPECT_EQ(fast["h"].min, 5);
  EXPECT_EQ(slow["h"].min, 1);
  EXPECT_EQ(slow["h"].max, 9);
  EXPECT_EQ(cumulative["h"].min, 1);
  EXPECT_EQ(cumulative["h"].max, 9);
}

TEST(Reader, UpDownCountersStayCumulativeForDeltaReaders) {
  MeterProvider provider;
  auto up_down = provider.meter("test").up_down_counter<std::int64_t>("u");
  Reader delta(provider.core(), Temporality::kDelta);
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 3; ++i) {
    up_down.add(2);
    delta.collect([&](const MetricData& data) { values.push_back(data.numbers[0].bits); });
  }
  EXPECT_EQ(values, (std::vector<std::uint64_t>{2, 4, 6}));
}

TEST(Reader, ConcurrentThreadsThatComeAndGoLeaveExactTotalsToEveryReader) {
  MeterProvider provider(exponential_for("e"));
  Meter meter = provider.meter("test");
  auto counter = meter.counter<std::int64_t>("c");
  auto doubles = meter.counter<double>("d");
  auto histogram = meter.histogram<double>("h", {.boundaries = {{0.1, 1, 10}}});
  auto exponential = meter.histogram<double>("e");
  Totals cumulative(provider, Temporality::kCumulative);
  Totals fast(provider, Temporality::kDelta);
  Totals slow(provider, Temporality::kDelta);
  PrometheusScraper scraper(provider);
  constexpr int kWaves = 3;
  constexpr int kThreads = 3;
  constexpr int kEach = 1500;
  std::atomic<bool> done{false};
  std::thread collector([&] {
    std::string text;
    for (int i = 0; !done.load(); ++i) {
      fast.collect();
      if (i % 3 == 0) slow.collect();
      if (i % 2 == 0) cumulative.collect();
      text.clear();
      scraper.scrape(text);
    }
  });
  for (int wave = 0; wave < kWaves; ++wave) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        auto bound = histogram.bind({{"bound", true}});
        for (int i = 0; i < kEach; ++i) {
          const double value = std::exp2(i % 17 - 8) * (t + 1);
          counter.add(1, {{"thread", t}, {"even", i % 2 == 0}});
          doubles.add(0.5);
          histogram.record(value, {{"bound", false}});
          bound.record(value);
          exponential.record(value, {{"k", i % 3}});
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  done = true;
  collector.join();
  constexpr double kCalls = double{kWaves} * kThreads * kEach;
  double values = 0;  // small multiples of powers of two: their sum is exact in any order
  for (int i = 0; i < kEach; ++i) values += kWaves * std::exp2(i % 17 - 8) * (1 + 2 + 3);
  static_assert(kThreads == 3);
  for (Totals* totals : {&cumulative, &fast, &slow}) {
    totals->collect();
    EXPECT_EQ((*totals)["c"].sum, kCalls);
    EXPECT_EQ((*totals)["d"].sum, kCalls / 2);
    EXPECT_EQ((*totals)["h"].count, 2 * kCalls);
    EXPECT_EQ((*totals)["e"].count, kCalls);
    EXPECT_EQ((*totals)["h"].sum, 2 * values);
    EXPECT_EQ((*totals)["e"].sum, values);
  }
  EXPECT_EQ(cumulative["h"].buckets, fast["h"].buckets);
  EXPECT_EQ(cumulative["h"].buckets, slow["h"].buckets);
}

TEST(Reader, ConcurrentReadersEachSeeAllOfIt) {
  constexpr int kReaders = 3;
  constexpr int kCalls = 20'000;
  MeterProvider provider;
  Meter meter = provider.meter("test");
  auto counter = meter.counter<std::int64_t>("c");
  auto histogram = meter.histogram<double>("h", {.boundaries = {{1, 2}}});
  std::atomic<bool> done{false};
  std::vector<std::unique_ptr<Totals>> totals;
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    totals.push_back(
        std::make_unique<Totals>(provider, i == 0 ? Temporality::kCumulative : Temporality::kDelta));
    readers.emplace_back([&done, reader = totals.back().get()] {
      while (!done) reader->collect();
    });
  }
  for (int i = 0; i < kCalls; ++i) {
    counter.add(2);
    histogram.record(i % 4);
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  for (const auto& each : totals) {
    each->collect();
    EXPECT_EQ((*each)["c"].sum, 2 * kCalls);
    EXPECT_EQ((*each)["h"].count, kCalls);
    EXPECT_EQ((*each)["h"].sum, kCalls / 4 * (0 + 1 + 2 + 3));
    EXPECT_EQ((*each)["h"].buckets, (std::vector<std::uint64_t>{kCalls / 2, kCalls / 4, kCalls / 4}));
  }
}

}  // namespace
}  // namespace container_kit::telemetry::metrics
