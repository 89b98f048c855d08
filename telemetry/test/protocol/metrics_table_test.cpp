#include "protocol/metrics_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/meter_provider.h>

#include "metrics/reader.h"

namespace container_kit::telemetry::protocol {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kTime = 1'700'000'000'000'000'000;  // 22:13:20 UTC

class MetricsTableTest : public ::testing::Test {
 protected:
  std::string draw(bool coloured = false) {
    MetricsTable table;
    metrics::Reader reader(provider_.core(), metrics::Temporality::kCumulative);
    reader.collect([&](const metrics::MetricData& metric) { table.add(metric); });
    return table.take(kTime, coloured);
  }

  MeterProvider provider_;
  Meter meter_ = provider_.meter("test");
};

TEST_F(MetricsTableTest, HasALineASeriesInColumns) {
  auto requests = meter_.counter<std::int64_t>("requests", {.unit = "{request}"});
  requests.add(12, {{"route", "/"}, {"status", 200}});
  requests.add(3, {{"route", "/metrics"}, {"status", 200}});
  meter_.gauge<std::int64_t>("memory", {.unit = "By"}).record(35'756'441);
  meter_.gauge<double>("cpu", {.unit = "%"}).record(12.345);
  EXPECT_EQ(draw(),
            "metrics  22:13:20.000\n"
            "  requests  route=/ status=200         12\n"
            "            route=/metrics status=200  3\n"
            "  memory                               34.1 MiB\n"
            "  cpu                                  12.35 %\n");
}

TEST_F(MetricsTableTest, WhatStandsAtZeroIsOnlyCounted) {
  meter_.counter<std::int64_t>("errors").bind({{"k", 1}});
  meter_.histogram<double>("h").bind({{"k", 1}});
  meter_.counter<std::int64_t>("calls").add(1);
  EXPECT_EQ(draw(),
            "metrics  22:13:20.000\n"
            "  calls    1\n"
            "  2 series at 0\n");
}

TEST_F(MetricsTableTest, HistogramsAreShownByWhatPeopleAskOfThem) {
  auto histogram = meter_.histogram<double>("h", {.unit = "s", .boundaries = {{0.001, 0.002, 0.1}}});
  for (int i = 0; i < 98; ++i) histogram.record(0.0015);
  for (int i = 0; i < 2; ++i) histogram.record(0.05);
  // The median: 48.5 of the 98 in (1 ms, 2 ms], and the extremes as they were.
  EXPECT_THAT(draw(), HasSubstr("h    100 times, 2.47 ms mean, 1.76 ms median"));
  EXPECT_THAT(draw(), HasSubstr("50.00 ms max\n"));
  meter_.histogram<double>("once", {.unit = "s"}).record(0.5);
  EXPECT_THAT(draw(), HasSubstr("once    1 time, 500.00 ms\n"));
}

TEST_F(MetricsTableTest, ExponentialHistogramsAreShownLikewise) {
  MetricsOptions options;
  options.default_histogram = AggregationKind::kExponentialHistogram;
  MeterProvider provider(std::move(options));
  auto histogram = provider.meter("test").histogram<double>("h", {.unit = "s"});
  for (int i = 1; i <= 100; ++i) histogram.record(i / 1000.0);
  MetricsTable table;
  metrics::Reader(provider.core(), metrics::Temporality::kCumulative)
      .collect([&](const metrics::MetricData& metric) { table.add(metric); });
  const std::string text = table.take(kTime, false);
  EXPECT_THAT(text, ::testing::ContainsRegex("100 times, 50.50 ms mean, (49|50).[0-9]+ ms median"));
  EXPECT_THAT(text, HasSubstr("100.00 ms max"));
}

TEST_F(MetricsTableTest, IsColouredOnlyWhenAsked) {
  meter_.counter<std::int64_t>("calls").add(1, {{"k", "v"}});
  EXPECT_THAT(draw(false), Not(HasSubstr("\x1b")));
  EXPECT_THAT(draw(true), HasSubstr("\x1b[1mmetrics"));
  EXPECT_THAT(draw(true), HasSubstr("\x1b[2mk=v\x1b[0m"));
}

TEST_F(MetricsTableTest, ControlCharactersAreShownAndNotObeyed) {
  meter_.counter<std::int64_t>("calls").add(1, {{"k", "\x1b[2J\n"}});
  EXPECT_THAT(draw(), HasSubstr("k=\\x1b[2J\\x0a"));
}

TEST(FormatValue, KnowsUnits) {
  EXPECT_EQ(format_value(0.0000123, "s"), "12.3 us");
  EXPECT_EQ(format_value(1'700'000'000, "s"), "1700000000 s");
  EXPECT_EQ(format_value(1'700'000'000.25, "s"), "1700000000 s");
  EXPECT_EQ(format_value(512, "By"), "512 B");
  EXPECT_EQ(format_value(-3, "1"), "-3");
  EXPECT_EQ(format_value(0.125, ""), "0.125");
}

}  // namespace
}  // namespace container_kit::telemetry::protocol
