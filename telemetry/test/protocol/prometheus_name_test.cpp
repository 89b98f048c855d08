#include "protocol/prometheus_name.h"

#include <gtest/gtest.h>

namespace container_kit::telemetry::protocol {
namespace {

std::string name_of(std::string name, std::string unit, AggregationKind aggregation, bool monotonic = false) {
  metrics::MetricInfo info;
  info.name = std::move(name);
  info.unit = std::move(unit);
  info.aggregation = aggregation;
  info.monotonic = monotonic;
  return metric_name(info);
}

std::string counter(std::string name, std::string unit = "") {
  return name_of(std::move(name), std::move(unit), AggregationKind::kSum, true);
}
std::string gauge(std::string name, std::string unit = "") {
  return name_of(std::move(name), std::move(unit), AggregationKind::kLastValue);
}
std::string histogram(std::string name, std::string unit = "") {
  return name_of(std::move(name), std::move(unit), AggregationKind::kExplicitHistogram, true);
}

TEST(PrometheusName, NamesThatAreCompleteStayAsTheyAre) {
  EXPECT_EQ(histogram("tool_execution_duration_seconds", "s"), "tool_execution_duration_seconds");
  EXPECT_EQ(counter("tool_execution_total"), "tool_execution_total");
  EXPECT_EQ(gauge("system_memory_usage_bytes", "By"), "system_memory_usage_bytes");
  EXPECT_EQ(gauge("system_cpu_usage_percent", "%"), "system_cpu_usage_percent");
  EXPECT_EQ(gauge("process_start_time_seconds", "s"), "process_start_time_seconds");
}

TEST(PrometheusName, UnitsAndTotalAreAddedOnce) {
  EXPECT_EQ(counter("process.cpu.time", "s"), "process_cpu_time_seconds_total");
  EXPECT_EQ(counter("process_cpu_seconds_total", "s"), "process_cpu_seconds_total");
  EXPECT_EQ(histogram("custom_operation_duration", "s"), "custom_operation_duration_seconds");
  EXPECT_EQ(gauge("speed", "m/s"), "speed_meters_per_second");
  EXPECT_EQ(gauge("requests", "{request}/s"), "requests_per_second");
  EXPECT_EQ(gauge("load", "1"), "load_ratio");
  EXPECT_EQ(counter("errors", "1"), "errors_total");
  EXPECT_EQ(counter("requests", "{request}"), "requests_total");
  EXPECT_EQ(gauge("odd", "foo bar"), "odd_foo_bar");
}

TEST(PrometheusName, WhatPrometheusDoesNotTakeBecomesOneUnderscore) {
  EXPECT_EQ(gauge("a.b-c/d"), "a_b_c_d");
  EXPECT_EQ(gauge("a..b__c"), "a_b_c");
  EXPECT_EQ(gauge("1st"), "_1st");
  EXPECT_EQ(label_name("tool.name"), "tool_name");
  EXPECT_EQ(label_name("__name__"), "_name_");
  EXPECT_EQ(label_name("1"), "_1");
  EXPECT_EQ(label_name(""), "_");
}

std::string labels(Attributes attributes) {
  metrics::CanonicalSet set;
  set.assign(attributes, {});
  std::string packed(metrics::PackedSet::packed_size(set.attributes()), '\0');
  metrics::PackedSet::pack(set.attributes(), packed.data());
  return label_text({packed.data(), static_cast<std::uint32_t>(set.attributes().size())});
}

TEST(PrometheusLabels, ValuesAreEscapedAndRepaired) {
  EXPECT_EQ(labels({{"k", "a\"b\\c\nd"}}), R"(k="a\"b\\c\nd")");
  EXPECT_EQ(labels({{"k", "a\xff\xc3(\xe2\x82"}}), "k=\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\"");
  EXPECT_EQ(labels({{"k", "grün €"}}), "k=\"grün €\"");
}

TEST(PrometheusLabels, EveryTypeHasAText) {
  const std::vector<std::int64_t> numbers = {1, 2};
  EXPECT_EQ(labels({{"a", true}, {"b", -5}, {"c", 0.5}, {"d", numbers}}),
            R"(a="true",b="-5",c="0.5",d="[1,2]")");
}

TEST(PrometheusLabels, CollidingKeysAreJoined) {
  EXPECT_EQ(labels({{"a.b", "1"}, {"a_b", "2"}, {"a-b", "3"}}), R"(a_b="3;1;2")");
}

}  // namespace
}  // namespace container_kit::telemetry::protocol
