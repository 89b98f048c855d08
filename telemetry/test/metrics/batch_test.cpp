// Several instruments, one attribute set, one look-up: also where sets are more than the limits.
#include <thread>

#include <gtest/gtest.h>

#include <container_kit/telemetry/batch.h>
#include <container_kit/telemetry/meter_provider.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/scrape_reader.h"

namespace container_kit::telemetry {
namespace {

using metrics::Exposition;

class BatchTest : public ::testing::Test {
 protected:
  Exposition scrape() { return Exposition(scraper_); }

  std::vector<std::string> problems_;
  MeterProvider provider_{{.on_problem = [this](std::string_view text) { problems_.emplace_back(text); }}};
  Meter meter_ = provider_.meter("test");
  Counter<std::int64_t> calls_ = meter_.counter<std::int64_t>("calls");
  Histogram<double> sizes_ = meter_.histogram<double>("sizes", {.boundaries = {{1}}});
  PrometheusScraper scraper_{provider_, {.scope_labels = false}};
};

TEST_F(BatchTest, RecordsToTheSeriesThatTheInstrumentsWouldFind) {
  Batch batch{calls_, sizes_};
  batch.record({{"a", 1}, {"b", 2}}, 1, 0.5);
  batch.record({{"b", 2}, {"a", 1}}, 2, 1.5);
  calls_.add(4, {{"a", 1}, {"b", 2}});
  EXPECT_EQ(scrape().value("calls_total{a=\"1\",b=\"2\"}"), 7);
  EXPECT_EQ(scrape().value("sizes_count{a=\"1\",b=\"2\"}"), 2);
  EXPECT_EQ(scrape().count("calls_total"), 1U);
}

TEST_F(BatchTest, ALabelExplosionEndsInTheOverflowSetsAndLosesNothing) {
  Batch batch{calls_, sizes_};
  constexpr int kSets = 12'000;  // more than a batch's own table takes
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kSets; ++i) batch.record({{"user", i}}, 1, 2);
  }
  const Exposition text = scrape();
  EXPECT_EQ(text.count("calls_total"), 2000U);
  EXPECT_EQ(text.sum("calls_total"), 2 * kSets);
  EXPECT_EQ(text.value("calls_total{user=\"7\"}"), 2);
  EXPECT_EQ(text.value("calls_total{otel_metric_overflow=\"true\"}"), 2 * (kSets - 1999));
  EXPECT_EQ(text.sum("sizes_count"), 2 * kSets);
  EXPECT_EQ(problems_.size(), 2U);  // one for each metric
}

TEST_F(BatchTest, AValueThatOneInstrumentCannotTakeDoesNotKeepTheOthersFromTheirs) {
  Batch batch{calls_, sizes_};
  batch.record({{"k", 1}}, -1, 2);
  batch.record({{"k", 1}}, 1, std::nan(""));
  EXPECT_EQ(scrape().value("calls_total{k=\"1\"}"), 1);
  EXPECT_EQ(scrape().value("sizes_count{k=\"1\"}"), 1);
  EXPECT_EQ(provider_.skipped(), 2U);
}

TEST_F(BatchTest, AttributesThatAreNotPlainAreRecordedAsTheirText) {
  Batch batch{calls_, sizes_};
  const std::vector<std::int64_t> list{1, 2};
  for (int i = 0; i < 3; ++i) batch.record({{"list", list}}, 1, 2);
  EXPECT_EQ(scrape().value("calls_total{list=\"[1,2]\"}"), 3);
  EXPECT_EQ(scrape().value("sizes_sum{list=\"[1,2]\"}"), 6);
}

TEST_F(BatchTest, ConcurrentRecordingOfNewSetsIsExact) {
  Batch batch{calls_, sizes_};
  constexpr int kThreads = 4;
  constexpr int kEach = 2000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([batch]() mutable {
      for (int i = 0; i < kEach; ++i) batch.record({{"k", i % 500}}, 1, 2);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(scrape().count("calls_total"), 500U);
  EXPECT_EQ(scrape().sum("calls_total"), kThreads * kEach);
  EXPECT_EQ(scrape().sum("sizes_sum"), 2 * kThreads * kEach);
}

}  // namespace
}  // namespace container_kit::telemetry
