// Series that nobody touches for the configured time disappear, and no measurement is lost with them.
#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include <container_kit/telemetry/batch.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/cell_arena.h"
#include "metrics/reader_totals.h"
#include "metrics/scrape_reader.h"

namespace container_kit::telemetry::metrics {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

class Expiry : public ::testing::Test {
 protected:
  MetricsOptions options() {
    MetricsOptions options;
    options.series_expiry = std::chrono::seconds(10);
    options.cardinality_limit = 100;
    options.clock = [this] { return now_.load(); };
    options.on_problem = [this](std::string_view text) { problems_.emplace_back(text); };
    View& view = options.views.emplace_back();
    view.select.instrument_name = "exponential";
    view.aggregation.kind = AggregationKind::kExponentialHistogram;
    return options;
  }
  void pass(std::uint64_t seconds) { now_ += seconds * kSecond; }
  Exposition scrape() { return Exposition(scraper_); }

  std::atomic<std::uint64_t> now_{1000 * kSecond};
  std::vector<std::string> problems_;
  MeterProvider provider_{options()};
  Meter meter_ = provider_.meter("test");
  PrometheusScraper scraper_{provider_, {.scope_labels = false}};
};

TEST_F(Expiry, IsOffByDefault) {
  MetricsOptions plain;
  plain.clock = [this] { return now_.load(); };
  MeterProvider provider{plain};
  PrometheusScraper scraper{provider, {.scope_labels = false}};
  provider.meter("test").counter<std::int64_t>("c_total").add(1, {{"k", 1}});
  for (int i = 0; i < 3; ++i) {
    pass(1'000'000);
    EXPECT_EQ(Exposition(scraper).value("c_total{k=\"1\"}"), 1);
  }
}

TEST_F(Expiry, AnUntouchedSeriesDisappearsAndATouchedOneStays) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  counter.add(1, {{"k", "old"}});
  counter.add(1, {{"k", "kept"}});
  EXPECT_EQ(scrape().count("c_total"), 2U);
  pass(9);
  counter.add(0, {{"k", "kept"}});  // a touch, though the value stays the same
  EXPECT_EQ(scrape().count("c_total"), 2U);
  pass(2);
  EXPECT_EQ(scrape().count("c_total"), 1U);
  EXPECT_EQ(scrape().value("c_total{k=\"kept\"}"), 1);
  pass(10);
  EXPECT_EQ(scrape().count("c_total"), 0U);
}

TEST_F(Expiry, EveryKindExpires) {
  meter_.counter<double>("a_total").add(1, {{"k", 1}, {"l", 2}});
  meter_.counter<double>("a_total").add(1, {{"l", 2}, {"k", 1}});
  meter_.up_down_counter<std::int64_t>("b").add(0, {{"k", 1}});
  meter_.gauge<double>("c").record(5, {{"k", 1}});
  meter_.histogram<double>("d", {.boundaries = {{1}}}).record(5, {{"k", 1}});
  meter_.histogram<double>("exponential").record(5, {{"k", 1}});
  Batch batch{meter_.counter<std::int64_t>("e_total"), meter_.histogram<double>("f", {.boundaries = {{1}}})};
  batch.record({{"k", 1}}, 1, 2);
  const Exposition before = scrape();
  for (const char* name : {"a_total", "b", "c", "d_count", "exponential_count", "e_total", "f_count"})
    EXPECT_EQ(before.count(name), 1U) << name;
  pass(11);
  EXPECT_EQ(scrape().text(), "");
  batch.record({{"k", 1}}, 1, 2);
  EXPECT_EQ(scrape().value("e_total{k=\"1\"}"), 1);
  EXPECT_EQ(scrape().value("f_count{k=\"1\"}"), 1);
}

TEST_F(Expiry, NeverTakesWhatWasRegisteredInAdvance) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  auto bound = counter.bind({{"k", "bound"}});
  Batch batch{counter, meter_.counter<std::int64_t>("d_total")};
  auto both = batch.bind({{"k", "batch"}});
  counter.add(1, {{"k", "later"}});
  pass(9);
  counter.bind({{"k", "later"}});
  for (int i = 0; i < 3; ++i) {
    pass(100);
    EXPECT_EQ(scrape().count("c_total"), 3U);
    EXPECT_EQ(scrape().count("d_total"), 1U);
  }
  bound.add(2);
  both.record(3, 4);
  EXPECT_EQ(scrape().value("c_total{k=\"bound\"}"), 2);
  EXPECT_EQ(scrape().value("c_total{k=\"batch\"}"), 3);
  EXPECT_EQ(scrape().value("d_total{k=\"batch\"}"), 4);
}

TEST_F(Expiry, AnUpDownCounterGoesOnlyWhileItStandsAtZero) {
  auto in_flight = meter_.up_down_counter<std::int64_t>("u");
  in_flight.add(3, {{"k", 1}});
  for (int i = 0; i < 3; ++i) {
    pass(100);
    EXPECT_EQ(scrape().value("u{k=\"1\"}"), 3);
  }
  in_flight.add(-3, {{"k", 1}});
  EXPECT_EQ(scrape().value("u{k=\"1\"}"), 0);
  pass(11);
  EXPECT_EQ(scrape().count("u"), 0U);
}

TEST_F(Expiry, OneThatReturnsBeginsAnewWithANewStartTime) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  auto histogram = meter_.histogram<double>("d", {.boundaries = {{1}}});
  Reader reader(provider_.core(), Temporality::kCumulative);
  const auto read = [&] {
    std::vector<std::uint64_t> seen;
    reader.collect([&](const MetricData& data) {
      for (const NumberPoint& point : data.numbers)
        seen.insert(seen.end(), {point.start_unix_nano, point.bits});
      for (const HistogramPoint& point : data.histograms) {
        seen.insert(seen.end(), {point.start_unix_nano, point.count});
        EXPECT_EQ(point.min, point.sum);
      }
    });
    return seen;
  };
  const std::uint64_t first = now_;
  counter.add(5, {{"k", 1}});
  histogram.record(0.5, {{"k", 1}});
  pass(1);
  EXPECT_EQ(read(), (std::vector<std::uint64_t>{first, 5, first, 1}));
  pass(20);
  EXPECT_EQ(read(), (std::vector<std::uint64_t>{}));
  const std::uint64_t second = now_;
  counter.add(2, {{"k", 1}});
  histogram.record(7, {{"k", 1}});
  pass(1);
  EXPECT_EQ(read(), (std::vector<std::uint64_t>{second, 2, second, 1}));
}

TEST_F(Expiry, EveryDeltaReaderGetsWhatItHadNotSeen) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  auto histogram = meter_.histogram<double>("h", {.boundaries = {{1}}});
  auto exponential = meter_.histogram<double>("exponential");
  Totals fast(provider_, Temporality::kDelta);
  Totals slow(provider_, Temporality::kDelta);
  constexpr int kRounds = 20;
  for (int i = 0; i < kRounds; ++i) {
    counter.add(2, {{"k", i}});
    histogram.record(i, {{"k", i}});
    exponential.record(i, {{"k", i}});
    fast.collect();
    if (i == 3) slow.collect();
    pass(11);
    fast.collect();
    EXPECT_EQ(scrape().count("c_total"), 0U);
  }
  slow.collect();
  for (Totals* totals : {&fast, &slow}) {
    EXPECT_EQ((*totals)["c_total"].sum, 2 * kRounds);
    EXPECT_EQ((*totals)["c_total"].points, std::size_t{kRounds});
    EXPECT_EQ((*totals)["h"].count, std::size_t{kRounds});
    EXPECT_EQ((*totals)["exponential"].count, std::size_t{kRounds});
    EXPECT_EQ((*totals)["exponential"].sum, kRounds * (kRounds - 1) / 2);
  }
}

TEST_F(Expiry, MakesRoomForOthers) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  std::uint64_t bytes = 0;
  for (int generation = 0; generation < 50; ++generation) {
    for (int i = 0; i < 99; ++i) counter.add(1, {{"generation", generation}, {"i", i}});
    const Exposition text = scrape();
    EXPECT_EQ(text.count("c_total"), 99U);
    EXPECT_EQ(text.sum("c_total"), 99);
    pass(11);
    scrape();
    if (generation == 1) bytes = CellArena::instance().allocated_bytes();
  }
  EXPECT_EQ(CellArena::instance().allocated_bytes(), bytes);  // cells are used again
  EXPECT_TRUE(problems_.empty());
}

TEST_F(Expiry, ADeltaReaderThatNeverLooksHoldsNoMoreThanTheLimit) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  Totals idle(provider_, Temporality::kDelta);
  std::uint64_t added = 0;
  for (int generation = 0; generation < 50; ++generation) {
    for (int i = 0; i < 90; ++i, ++added) counter.add(1, {{"generation", generation}, {"i", i}});
    pass(11);
    scrape();
    EXPECT_LE(scrape().count("c_total"), 100U);
  }
  idle.collect();
  EXPECT_EQ(idle["c_total"].sum, static_cast<double>(added));
  EXPECT_LE(idle["c_total"].points, 200U);
}

// Every call of the clock is a second later and every series expires as soon as a collection finds it
// untouched, so that recording races with expiry all the time.
class ConcurrentExpiry : public ::testing::Test {
 protected:
  static constexpr int kThreads = 3;
  static constexpr int kCollections = 60;
  static constexpr int kChunk = 800;  // sets, so many that not all are touched between two collections

  MetricsOptions options() {
    MetricsOptions options;
    options.series_expiry = std::chrono::milliseconds(1);
    options.clock = [this] { return now_.fetch_add(kSecond); };
    return options;
  }

  // Calls record(i) in each of kThreads threads, for i from 0 to kChunk again and again, while collect() is
  // called kCollections times or more, until it says that it has seen enough. Returns how often record() was
  // called.
  template <typename Record, typename Collect>
  static double race(Record record, Collect collect) {
    std::atomic<bool> done{false};
    std::atomic<int> calls{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        do {
          for (int i = 0; i < kChunk; ++i) record(i);
          calls += kChunk;
        } while (!done.load());
      });
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (int i = 0;; ++i) {
      const bool enough = collect();
      const bool all_ran = calls.load() >= kThreads * kChunk;
      if (enough && all_ran && i >= kCollections) break;
      if (std::chrono::steady_clock::now() > deadline) break;
    }
    done = true;
    for (auto& thread : threads) thread.join();
    return calls.load();
  }

  std::atomic<std::uint64_t> now_{1000 * kSecond};
  MeterProvider provider_{options()};
  Meter meter_ = provider_.meter("test");
};

TEST_F(ConcurrentExpiry, LosesNothingForDeltaReaders) {
  auto counter = meter_.counter<std::int64_t>("c");
  auto histogram = meter_.histogram<double>("h", {.boundaries = {{1, 5}}});
  Totals fast(provider_, Temporality::kDelta);
  Totals slow(provider_, Temporality::kDelta);
  int round = 0;
  const double calls = race(
      [&](int i) {
        counter.add(1, {{"k", i}, {"l", "x"}});
        counter.add(1, {{"l", "x"}, {"k", i}});
        histogram.record(i % 8, {{"k", i / 2}});
      },
      [&] {
        fast.collect();
        if (++round % 5 == 0) slow.collect();
        return fast["c"].points > kChunk;
      });
  for (Totals* totals : {&fast, &slow}) {
    totals->collect();
    EXPECT_EQ((*totals)["c"].sum, 2 * calls);
    EXPECT_EQ((*totals)["h"].count, calls);
    EXPECT_EQ((*totals)["h"].sum, calls * 3.5);
  }
}

TEST_F(ConcurrentExpiry, LosesNothingOfAnyCumulativeSeries) {
  auto counter = meter_.counter<std::int64_t>("c");
  Reader reader(provider_.core(), Temporality::kCumulative);
  // A series is one set from one start on; the last value that was seen of it is all there ever was.
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> last;
  const auto collect = [&] {
    std::set<std::uint64_t> sets;
    reader.collect([&](const MetricData& data) {
      for (const NumberPoint& point : data.numbers) {
        EXPECT_TRUE(sets.insert(point.series->hash).second) << "one set, two series";
        std::uint64_t& value = last[{point.series->hash, point.start_unix_nano}];
        EXPECT_GE(point.bits, value);
        value = point.bits;
      }
    });
    return last.size() > kChunk;  // some did expire and return
  };
  const double calls = race([&](int i) { counter.add(1, {{"k", i}}); }, collect);
  collect();
  std::uint64_t sum = 0;
  for (const auto& [series, value] : last) sum += value;
  EXPECT_EQ(static_cast<double>(sum), calls);
  EXPECT_GT(last.size(), std::size_t{kChunk});
}

TEST_F(ConcurrentExpiry, ABoundSeriesStaysWhoeverIsFaster) {
  auto counter = meter_.counter<std::int64_t>("c");
  Totals cumulative(provider_, Temporality::kCumulative);
  race(
      [&](int i) {
        counter.add(1, {{"k", i}});
        if (i % 50 == 0) counter.bind({{"k", i}}).add(1);
      },
      [&] {
        cumulative.collect();
        return true;
      });
  for (int i = 0; i < 5; ++i) cumulative.collect();
  EXPECT_EQ(cumulative["c"].points, std::uint64_t{kChunk / 50});
}

}  // namespace
}  // namespace container_kit::telemetry::metrics
