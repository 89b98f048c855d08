// Recording through the public instruments, read back through the scrape.
#include <algorithm>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include <container_kit/telemetry/metrics.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/scrape_reader.h"

namespace container_kit::telemetry {
namespace {

using metrics::Exposition;

class Recording : public ::testing::Test {
 protected:
  double value(std::string_view series) { return Exposition(scraper_).value(series); }
  Exposition scrape() { return Exposition(scraper_); }

  std::vector<std::string> problems_;
  MeterProvider provider_{{.on_problem = [this](std::string_view text) { problems_.emplace_back(text); }}};
  Meter meter_ = provider_.meter("test");
  PrometheusScraper scraper_{provider_, {.scope_labels = false}};
};

TEST_F(Recording, EveryKindKeepsItsValue) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  auto doubles = meter_.counter<double>("d_total");
  auto up_down = meter_.up_down_counter<std::int64_t>("u");
  auto gauge = meter_.gauge<double>("g");
  counter.add(2);
  counter.bind({}).add(3);
  doubles.add(0.25);
  doubles.add(0.5);
  up_down.add(5, {{"k", "v"}});
  up_down.bind({{"k", "v"}}).add(-7);
  gauge.record(1.5);
  gauge.bind({}).record(-2.5);
  EXPECT_EQ(value("c_total"), 5);
  EXPECT_EQ(value("d_total"), 0.75);
  EXPECT_EQ(value("u{k=\"v\"}"), -2);
  EXPECT_EQ(value("g"), -2.5);
}

TEST_F(Recording, OrderAndRepetitionOfAttributesDoNotMatter) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  counter.add(1, {{"a", 1}, {"b", true}});
  counter.add(1, {{"b", true}, {"a", 1}});
  counter.add(1, {{"b", false}, {"a", 1}, {"b", true}});
  EXPECT_EQ(value("c_total{a=\"1\",b=\"true\"}"), 3);
  EXPECT_EQ(scrape().count("c_total"), 1U);
}

TEST_F(Recording, SetsThatDifferOnlyInTypeOrLengthAreDifferent) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  counter.add(1, {{"k", "1"}});
  counter.add(2, {{"k", "10000000000000000000000000001"}});
  counter.add(4, {{"k", "10000000000000000000000000002"}});
  counter.add(8, {{"k", ""}});
  counter.add(16);
  EXPECT_EQ(value("c_total{k=\"1\"}"), 1);
  EXPECT_EQ(value("c_total{k=\"10000000000000000000000000001\"}"), 2);
  EXPECT_EQ(value("c_total{k=\"10000000000000000000000000002\"}"), 4);
  EXPECT_EQ(value("c_total{k=\"\"}"), 8);
  EXPECT_EQ(value("c_total"), 16);
}

// The look-up remembers where sets were found by their addresses; the contents must decide.
TEST_F(Recording, ABufferWhoseBytesChangeIsAnotherSet) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  auto other = meter_.counter<std::int64_t>("d_total");
  Batch batch{meter_.counter<std::int64_t>("e_total"), meter_.counter<std::int64_t>("f_total")};
  std::string value = "a";
  for (int i = 0; i < 300; ++i) {
    value.assign(static_cast<std::size_t>(i % 20), 'x').append(1, static_cast<char>('a' + i % 3));
    counter.add(1, {{"k", value}});
    if (i % 2 == 0) other.add(1, {{"k", value}});
    batch.record({{"k", value}}, 1, 2);
  }
  const Exposition text = scrape();
  EXPECT_EQ(text.count("c_total"), 60U);  // 20 lengths and 3 last letters
  EXPECT_EQ(text.value("c_total{k=\"xxb\"}"), 5);
  EXPECT_EQ(text.sum("c_total"), 300);
  EXPECT_EQ(text.value("d_total{k=\"xxb\"}"), 5);
  EXPECT_EQ(text.sum("d_total"), 150);
  EXPECT_EQ(text.value("e_total{k=\"xxb\"}"), 5);
  EXPECT_EQ(text.value("f_total{k=\"xxb\"}"), 10);
}

TEST_F(Recording, WhatIsRememberedOfAProviderThatIsGoneIsNotUsedByTheNext) {
  for (int i = 0; i < 50; ++i) {
    MeterProvider provider;
    PrometheusScraper scraper{provider, {.scope_labels = false}};
    auto counter = provider.meter("m").counter<std::int64_t>("c_total");
    Batch batch{counter};
    for (int n = 0; n < 3; ++n) {
      counter.add(1, {{"k", "v"}, {"i", 7}});
      batch.record({{"k", "v"}, {"i", 7}}, 1);
    }
    EXPECT_EQ(Exposition(scraper).value("c_total{i=\"7\",k=\"v\"}"), 6);
  }
}

TEST_F(Recording, ABoundSeriesExistsAtZero) {
  auto errors = meter_.counter<std::int64_t>("tool_errors_total").bind({{"tool.name", "analyze"}});
  EXPECT_EQ(value("tool_errors_total{tool_name=\"analyze\"}"), 0);
}

TEST_F(Recording, HistogramBucketsHoldTheirUpperBound) {
  auto histogram = meter_.histogram<double>("h_seconds", {.unit = "s", .boundaries = {{0.1, 1, 10}}});
  for (const double v : {0.0, 0.1, 0.5, 1.0, 1.5, 10.0, 11.0}) histogram.record(v);
  histogram.bind({}).record(100);
  EXPECT_EQ(value("h_seconds_bucket{le=\"0.1\"}"), 2);
  EXPECT_EQ(value("h_seconds_bucket{le=\"1.0\"}"), 4);
  EXPECT_EQ(value("h_seconds_bucket{le=\"10.0\"}"), 6);
  EXPECT_EQ(value("h_seconds_bucket{le=\"+Inf\"}"), 8);
  EXPECT_EQ(value("h_seconds_count"), 8);
  EXPECT_DOUBLE_EQ(value("h_seconds_sum"), 124.1);
}

TEST_F(Recording, ValuesThatNoInstrumentCanTakeAreSkippedAndCounted) {
  auto counter = meter_.counter<double>("c_total");
  auto histogram = meter_.histogram<double>("h", {.boundaries = {{1}}});
  counter.add(1);
  for (const double bad : {-1.0, std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    counter.add(bad);
    counter.bind({}).add(bad);
    histogram.record(bad);
    histogram.bind({}).record(bad);
  }
  EXPECT_EQ(value("c_total"), 1);
  EXPECT_EQ(value("h_count"), 0);
  EXPECT_EQ(provider_.skipped(), 16U);
}

TEST_F(Recording, ALabelExplosionEndsInTheOverflowSetAndOneWarning) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  for (int i = 0; i < 5000; ++i) counter.add(1, {{"user", i}});
  const Exposition text = scrape();
  EXPECT_EQ(text.count("c_total"), 2000U);
  EXPECT_EQ(text.sum("c_total"), 5000);
  EXPECT_EQ(text.value("c_total{otel_metric_overflow=\"true\"}"), 5000 - 1999);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_NE(problems_[0].find("c_total"), std::string::npos);
}

TEST_F(Recording, InvalidNamesAreReportedOnceAndDoNothing) {
  for (int i = 0; i < 3; ++i) {
    auto counter = meter_.counter<std::int64_t>("1st");
    counter.add(1);
    counter.bind({{"k", "v"}}).add(1);
  }
  EXPECT_EQ(problems_.size(), 1U);
  EXPECT_EQ(scrape().text(), "");
}

TEST_F(Recording, ConflictingDefinitionsAreReportedOnceWithBoth) {
  auto first = meter_.counter<std::int64_t>("c_total", {.unit = "s"});
  for (int i = 0; i < 3; ++i) meter_.histogram<double>("C_total", {.unit = "By"}).record(1);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_NE(problems_[0].find("counter \"c_total\" (int64, unit \"s\""), std::string::npos) << problems_[0];
  EXPECT_NE(problems_[0].find("histogram \"C_total\" (double, unit \"By\""), std::string::npos)
      << problems_[0];
}

TEST_F(Recording, DefaultConstructedInstrumentsDoNothing) {
  Counter<std::int64_t>{}.add(1);
  BoundCounter<double>{}.add(1);
  Histogram<double>{}.record(1);
  BoundHistogram<std::int64_t>{}.record(1);
  Gauge<double>{}.bind({}).record(1);
  Batch<Counter<std::int64_t>, Histogram<double>>{}.record({}, 1, 2.0);
  EXPECT_EQ(Meter().counter<double>("x").instrument(), nullptr);
}

TEST_F(Recording, HandlesOutliveTheirProvider) {
  auto gone = std::make_unique<MeterProvider>();
  auto counter = gone->meter("m").counter<std::int64_t>("c");
  auto bound = counter.bind({});
  gone.reset();
  counter.add(1, {{"k", "v"}});
  bound.add(1);
}

TEST_F(Recording, ABatchRecordsEveryInstrumentOnce) {
  Batch batch{meter_.counter<std::int64_t>("a_total"), meter_.up_down_counter<std::int64_t>("b"),
              meter_.histogram<double>("c", {.boundaries = {{1}}}), meter_.gauge<double>("d")};
  batch.record({{"k", "v"}}, 1, -2, 0.5, 7);
  batch.record({{"k", "v"}}, 1, -2, 1.5, 8);
  batch.bind({{"k", "v"}}).record(1, -2, 2.5, 9);
  EXPECT_EQ(value("a_total{k=\"v\"}"), 3);
  EXPECT_EQ(value("b{k=\"v\"}"), -6);
  EXPECT_EQ(value("c_sum{k=\"v\"}"), 4.5);
  EXPECT_EQ(value("c_bucket{k=\"v\",le=\"1.0\"}"), 1);
  EXPECT_EQ(value("d{k=\"v\"}"), 9);
}

TEST_F(Recording, ConcurrentThreadsThatComeAndGoLoseNothing) {
  auto counter = meter_.counter<std::int64_t>("c_total");
  auto histogram = meter_.histogram<double>("h", {.boundaries = {{1, 2, 3}}});
  constexpr int kThreads = 40;
  constexpr int kEach = 500;
  for (int i = 0; i < kThreads; i += 4) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, bound = counter.bind({})]() mutable {
        for (int n = 0; n < kEach; ++n) {
          bound.add(1);
          histogram.record(n % 4);
        }
      });
    }
    scrape();
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(value("c_total"), kThreads * kEach);
  EXPECT_EQ(value("h_count"), kThreads * kEach);
  EXPECT_EQ(value("h_sum"), kThreads * kEach * 1.5);
}

TEST_F(Recording, TheGuidesMetricsComeOutUnderTheirNames) {
  Metrics metrics(provider_);
  metrics.register_tool("analyze");
  metrics.record_tool_execution("build", std::chrono::microseconds(300), true);
  metrics.record_http_start("GET", "/health");
  metrics.record_http_end("GET", "/health", 200, std::chrono::milliseconds(2));
  metrics.record_session_creation("api");
  metrics.record_session_creation("api", true);
  metrics.record_session_completion("api", std::chrono::seconds(3));
  const Exposition text = scrape();
  EXPECT_EQ(text.value("tool_execution_total{tool_name=\"analyze\"}"), 0);
  EXPECT_EQ(text.value("tool_errors_total{tool_name=\"analyze\"}"), 0);
  EXPECT_EQ(text.value("tool_execution_total{tool_name=\"build\"}"), 1);
  EXPECT_EQ(text.value("tool_errors_total{tool_name=\"build\"}"), 1);
  EXPECT_EQ(text.value("tool_execution_duration_seconds_bucket{tool_name=\"build\",le=\"0.0002\"}"), 0);
  EXPECT_EQ(text.value("tool_execution_duration_seconds_bucket{tool_name=\"build\",le=\"0.0003\"}"), 1);
  const std::string request = "{http_method=\"GET\",http_route=\"/health\",http_status_code=\"200\"}";
  EXPECT_EQ(text.value("http_requests_total" + request), 1);
  EXPECT_EQ(text.value("http_request_duration_seconds_count" + request), 1);
  EXPECT_EQ(text.value("http_requests_in_flight{http_method=\"GET\",http_route=\"/health\"}"), 0);
  EXPECT_EQ(text.value("session_total{session_type=\"api\"}"), 2);
  EXPECT_EQ(text.value("session_completed_total{session_type=\"api\"}"), 2);
  EXPECT_EQ(text.value("session_errors_total{session_type=\"api\"}"), 1);
  EXPECT_TRUE(problems_.empty());
}

TEST(DurationBoundaries, TellTenthsOfAMillisecondApart) {
  const std::vector<double> boundaries = duration_boundaries();
  EXPECT_TRUE(std::is_sorted(boundaries.begin(), boundaries.end(), std::less_equal<>()));
  EXPECT_EQ(boundaries.front(), 25e-6);
  EXPECT_EQ(boundaries.back(), 3600);  // a pipeline's deadline
  EXPECT_GE(std::count_if(boundaries.begin(), boundaries.end(), [](double each) { return each < 1e-3; }), 8);
}

TEST_F(Recording, EveryDurationOfTheGuideHasTheseBoundaries) {
  Metrics metrics(provider_);
  metrics.register_tool("t");
  metrics.register_http_route("GET", "/r");
  metrics.register_pipeline("p", {"s"});
  metrics.register_session_type("api");
  const Exposition text = scrape();
  for (const char* name : {"tool_execution_duration_seconds", "http_request_duration_seconds",
                           "pipeline_execution_duration_seconds", "pipeline_stage_duration_seconds"}) {
    EXPECT_EQ(text.count(std::string(name) + "_bucket"), duration_boundaries().size() + 1) << name;
    EXPECT_EQ(text.sum(std::string(name) + "_count"), 0) << name;
  }
}

TEST_F(Recording, SessionsOfADayAreToldFromThoseOfAnHour) {
  Metrics metrics(provider_);
  for (const int hours : {1, 3, 20, 24, 100})
    metrics.record_session_completion("api", std::chrono::hours(hours));
  const Exposition text = scrape();
  const auto at_most = [&](const std::string& bound) {
    return text.value("session_duration_seconds_bucket{session_type=\"api\",le=\"" + bound + ".0\"}");
  };
  EXPECT_EQ(text.count("session_duration_seconds_bucket"), session_duration_boundaries().size() + 1);
  EXPECT_EQ(at_most("60"), 0);
  EXPECT_EQ(at_most("3600"), 1);
  EXPECT_EQ(at_most("14400"), 2);
  EXPECT_EQ(at_most("43200"), 2);
  EXPECT_EQ(at_most("86400"), 4) << "one that expires unused lasts exactly its lifetime";
  EXPECT_EQ(at_most("604800"), 5);
}

TEST(DurationBoundaries, OfSessionsReachBeyondTheirLifetime) {
  const std::vector<double> boundaries = session_duration_boundaries();
  EXPECT_TRUE(std::is_sorted(boundaries.begin(), boundaries.end(), std::less_equal<>()));
  EXPECT_GT(boundaries.back(), 86'400);
  EXPECT_GE(std::count_if(boundaries.begin(), boundaries.end(), [](double each) { return each > 60; }), 8);
}

TEST_F(Recording, PipelinesAreDividedByEqualLabels) {
  Metrics metrics(provider_);
  metrics.register_pipeline("idle", {"fetch"});
  metrics.record_pipeline_execution("build", std::chrono::milliseconds(5), true);
  metrics.record_pipeline_execution("build", std::chrono::milliseconds(7), false);
  metrics.record_pipeline_stage("build", "compile", std::chrono::microseconds(300));
  const Exposition text = scrape();
  EXPECT_EQ(text.value("pipeline_errors_total{pipeline_name=\"idle\"}"), 0);
  EXPECT_EQ(text.value("pipeline_execution_duration_seconds_count{pipeline_name=\"idle\"}"), 0);
  EXPECT_EQ(text.value("pipeline_errors_total{pipeline_name=\"build\"}"), 1);
  EXPECT_EQ(text.value("pipeline_execution_duration_seconds_count{pipeline_name=\"build\"}"), 2);
  EXPECT_DOUBLE_EQ(text.value("pipeline_execution_duration_seconds_sum{pipeline_name=\"build\"}"), 0.012);
  const std::string idle = "{pipeline_name=\"idle\",pipeline_stage=\"fetch\"}";
  const std::string stage = "{pipeline_name=\"build\",pipeline_stage=\"compile\"}";
  EXPECT_EQ(text.value("pipeline_stage_execution_total" + idle), 0);
  EXPECT_EQ(text.value("pipeline_stage_execution_total" + stage), 1);
  EXPECT_EQ(text.value("pipeline_stage_duration_seconds_count" + stage), 1);
}

}  // namespace
}  // namespace container_kit::telemetry
