#include <future>

#include <gtest/gtest.h>

#include <container_kit/telemetry/observable.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/reader_totals.h"
#include "metrics/scrape_reader.h"

namespace container_kit::telemetry {
namespace {

using metrics::Exposition;

class ObservableTest : public ::testing::Test {
 protected:
  Exposition scrape() { return Exposition(scraper_); }

  std::vector<std::string> problems_;
  MetricsOptions options() {
    MetricsOptions options;
    View& view = options.views.emplace_back();
    view.select.instrument_name = "filtered_*";
    view.exclude_keys = {"user"};
    options.callback_deadline = std::chrono::milliseconds(200);
    options.on_problem = [this](std::string_view text) { problems_.emplace_back(text); };
    return options;
  }

  MeterProvider provider_{options()};
  Meter meter_ = provider_.meter("test");
  PrometheusScraper scraper_{provider_, {.scope_labels = false}};
};

TEST_F(ObservableTest, EachCollectionAsksAgain) {
  int calls = 0;
  meter_.observable_counter<std::int64_t>("c_total", {}, [&](Observer<std::int64_t>& out) {
    ++calls;
    out.observe(10 * calls, {{"k", "v"}});
  });
  EXPECT_EQ(scrape().value("c_total{k=\"v\"}"), 10);
  EXPECT_EQ(scrape().value("c_total{k=\"v\"}"), 20);
  EXPECT_EQ(calls, 2);
}

TEST_F(ObservableTest, OneCallbackServesSeveral) {
  const auto gauge = meter_.observable_gauge<double>("g");
  const auto up_down = meter_.observable_up_down_counter<std::int64_t>("u");
  meter_.observe("g and u", [=](Observations& out) {
    out.observe(gauge, 0.5);
    out.observe(up_down, std::int64_t{-3});
  });
  EXPECT_EQ(scrape().value("g"), 0.5);
  EXPECT_EQ(scrape().value("u"), -3);
}

TEST_F(ObservableTest, ASeriesThatIsNoLongerReportedDisappears) {
  bool report = true;
  meter_.observable_gauge<std::int64_t>("g", {}, [&](Observer<std::int64_t>& out) {
    out.observe(1, {{"disk", "a"}});
    if (report) out.observe(2, {{"disk", "b"}});
  });
  EXPECT_EQ(scrape().count("g"), 2U);
  report = false;
  EXPECT_EQ(scrape().count("g"), 1U);
  EXPECT_EQ(scrape().value("g{disk=\"a\"}"), 1);
}

TEST_F(ObservableTest, OnlyWhatIsReportedNowCountsTowardsTheCardinalityLimit) {
  int round = 0;
  meter_.observable_gauge<std::int64_t>("g", {}, [&](Observer<std::int64_t>& out) {
    ++round;
    for (int i = 0; i < 1900; ++i) out.observe(i, {{"round", round}, {"i", i}});
  });
  for (int i = 1; i <= 5; ++i) {
    const Exposition text = scrape();
    EXPECT_EQ(text.count("g"), 1900U);
    EXPECT_EQ(text.value("g{i=\"7\",round=\"" + std::to_string(i) + "\"}"), 7);
  }
  EXPECT_TRUE(problems_.empty());
}

TEST_F(ObservableTest, BeyondTheLimitTheFirstReportedKeepTheirSeriesAndTheRestIsAddedUp) {
  int sets = 2500;
  meter_.observable_counter<std::int64_t>("c_total", {}, [&](Observer<std::int64_t>& out) {
    for (int i = 0; i < sets; ++i) out.observe(1, {{"i", i}});
  });
  for (int round = 0; round < 2; ++round) {
    const Exposition text = scrape();
    EXPECT_EQ(text.count("c_total"), 2000U);
    EXPECT_EQ(text.value("c_total{i=\"1998\"}"), 1);
    EXPECT_EQ(text.value("c_total{otel_metric_overflow=\"true\"}"), 501);
  }
  EXPECT_EQ(problems_.size(), 1U);
  sets = 10;
  EXPECT_EQ(scrape().count("c_total"), 10U);
  sets = 1999;
  EXPECT_EQ(scrape().count("c_total"), 1999U);
  EXPECT_TRUE(std::isnan(scrape().value("c_total{otel_metric_overflow=\"true\"}")));
}

TEST_F(ObservableTest, ADeltaOfWhatReturnsOrBeginsAnewIsNeverNegative) {
  std::int64_t value = 100;
  meter_.observable_counter<std::int64_t>("c", {}, [&](Observer<std::int64_t>& out) {
    if (value > 0) out.observe(value);
  });
  metrics::Totals delta(provider_, metrics::Temporality::kDelta);
  const auto collected = [&](std::int64_t now) {
    value = now;
    delta.collect();
    return delta["c"].sum;
  };
  EXPECT_EQ(collected(100), 100);
  EXPECT_EQ(collected(130), 130);
  EXPECT_EQ(collected(0), 130);    // not reported, once
  EXPECT_EQ(collected(140), 140);  // still the same series
  EXPECT_EQ(collected(5), 145);    // began anew
  for (int i = 0; i < 3; ++i) collected(0);
  EXPECT_EQ(collected(7), 152);  // another series by now
}

TEST_F(ObservableTest, AFailedCallbackDoesNotEndTheSeriesOfItself) {
  bool fail = false;
  meter_.observable_counter<std::int64_t>("c", {}, [&](Observer<std::int64_t>& out) {
    if (fail) throw std::runtime_error("not now");
    out.observe(1);
  });
  metrics::Reader reader(provider_.core(), metrics::Temporality::kCumulative);
  const auto start = [&] {
    std::uint64_t time = 0;
    reader.collect([&](const metrics::MetricData& data) { time = data.numbers[0].start_unix_nano; });
    return time;
  };
  const std::uint64_t first = start();
  fail = true;
  EXPECT_EQ(start(), 0U);
  fail = false;
  EXPECT_EQ(start(), first);
}

TEST_F(ObservableTest, ValuesThatAFilterMergesAreAddedUp) {
  meter_.observable_counter<std::int64_t>("filtered_total", {}, [](Observer<std::int64_t>& out) {
    for (int user = 0; user < 4; ++user) out.observe(10, {{"user", user}, {"k", "v"}});
  });
  EXPECT_EQ(scrape().value("filtered_total{k=\"v\"}"), 40);
  EXPECT_EQ(scrape().value("filtered_total{k=\"v\"}"), 40);
}

TEST_F(ObservableTest, OneThatThrowsIsReportedOnceAndTheOthersStillCollect) {
  meter_.observable_gauge<std::int64_t>("bad", {},
                                        [](Observer<std::int64_t>&) { throw std::runtime_error("no disk"); });
  meter_.observable_gauge<std::int64_t>("good", {}, [](Observer<std::int64_t>& out) { out.observe(1); });
  EXPECT_EQ(scrape().value("good"), 1);
  EXPECT_EQ(scrape().value("good"), 1);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_NE(problems_[0].find("bad"), std::string::npos);
  EXPECT_NE(problems_[0].find("no disk"), std::string::npos);
}

TEST_F(ObservableTest, OneThatHangsIsLeftBehindNamedAndCalledNoMore) {
  // Shared, because the thread that hangs may end after this test.
  auto release = std::make_shared<std::promise<void>>();
  auto calls = std::make_shared<std::atomic<int>>(0);
  auto returned = std::make_shared<std::promise<void>>();
  meter_.observable_gauge<std::int64_t>("stuck", {}, [=](Observer<std::int64_t>& out) {
    ++*calls;
    release->get_future().wait();
    out.observe(1);
    returned->set_value();
  });
  meter_.observable_gauge<std::int64_t>("good", {}, [](Observer<std::int64_t>& out) { out.observe(1); });
  EXPECT_EQ(scrape().value("good"), 1);
  EXPECT_EQ(scrape().value("good"), 1);
  EXPECT_EQ(calls->load(), 1);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_NE(problems_[0].find("stuck"), std::string::npos);
  release->set_value();
  returned->get_future().wait();
  EXPECT_EQ(scrape().count("stuck"), 0U);
}

}  // namespace
}  // namespace container_kit::telemetry
