#include "config/metrics_options.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/from_environment.h"

namespace container_kit::telemetry {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Variables = std::map<std::string, std::string>;

Config from(const Variables& variables) {
  return config::from_environment([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

TEST(MetricsOptions, DefaultsAreTheSpecifications) {
  const Config config = from({});
  EXPECT_EQ(config.metric_export_interval, milliseconds(60'000));
  EXPECT_EQ(config.metric_export_timeout, milliseconds(30'000));
  EXPECT_EQ(config.otlp_metrics_temporality, MetricsTemporality::kCumulative);
  EXPECT_FALSE(config.exponential_histograms);
  EXPECT_EQ(config.exemplar_filter, ExemplarFilter::kTraceBased);
  EXPECT_FALSE(config::pushes_metrics_to(config, MetricsExporter::kOtlp));  // it has no endpoint
  EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(MetricsOptions, EveryVariableIsRead) {
  const Config config = from(
      {{"OTEL_METRICS_EXPORTER", "otlp, console,prometheus"},
       {"OTEL_METRIC_EXPORT_INTERVAL", "1500"},
       {"OTEL_METRIC_EXPORT_TIMEOUT", "250"},
       {"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta"},
       {"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "base2_exponential_bucket_histogram"},
       {"OTEL_METRICS_EXEMPLAR_FILTER", "always_off"},
       {"CONTAINER_KIT_METRICS_INTERVAL", "2s"}});
  EXPECT_THAT(config.metrics_exporters,
              ElementsAre(MetricsExporter::kOtlp, MetricsExporter::kConsole, MetricsExporter::kPrometheus));
  EXPECT_EQ(config.otlp_metrics.endpoint, "http://localhost:4318/v1/metrics");
  EXPECT_EQ(config.metric_export_interval, milliseconds(1500));
  EXPECT_EQ(config.metric_export_timeout, milliseconds(250));
  EXPECT_EQ(config.otlp_metrics_temporality, MetricsTemporality::kDelta);
  EXPECT_TRUE(config.exponential_histograms);
  EXPECT_EQ(config.exemplar_filter, ExemplarFilter::kAlwaysOff);
  EXPECT_EQ(config.metrics_interval, milliseconds(2000));
  EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(MetricsOptions, AnEndpointIsEnoughAndNoneIsStronger) {
  Config config = from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318"}});
  EXPECT_EQ(config.otlp_metrics.endpoint, "http://h:4318/v1/metrics");
  EXPECT_TRUE(config::pushes_metrics_to(config, MetricsExporter::kOtlp));
  EXPECT_FALSE(config::pushes_metrics_to(config, MetricsExporter::kConsole));
  for (const char* other : {"none", "prometheus", "console", "none,otlp"}) {
    config = from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318"}, {"OTEL_METRICS_EXPORTER", other}});
    EXPECT_FALSE(config::pushes_metrics_to(config, MetricsExporter::kOtlp)) << other;
  }
  // Jaeger takes no metrics.
  config = from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:14268/api/traces"}});
  EXPECT_FALSE(config::pushes_metrics_to(config, MetricsExporter::kOtlp));
}

TEST(MetricsOptions, WhatCannotBeUsedIsWarnedOfAndIgnored) {
  for (const auto& [name, value] :
       Variables{{"OTEL_METRICS_EXPORTER", "statsd"},
                 {"OTEL_METRIC_EXPORT_INTERVAL", "0"},
                 {"OTEL_METRIC_EXPORT_TIMEOUT", "soon"},
                 {"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "both"},
                 {"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "summary"},
                 {"OTEL_METRICS_EXEMPLAR_FILTER", "sometimes"}}) {
    const Config config = from({{name, value}});
    EXPECT_THAT(config.warnings, ElementsAre(HasSubstr(name))) << name;
    EXPECT_TRUE(config.validate()) << name;
  }
  EXPECT_EQ(from({{"OTEL_METRIC_EXPORT_INTERVAL", "0"}}).metric_export_interval, milliseconds(60'000));
}

TEST(MetricsOptions, FaultsNameTheVariable) {
  Config config = from({{"CONTAINER_KIT_METRICS_INTERVAL", "0"}});
  EXPECT_THAT(config.validate().error().message, HasSubstr("CONTAINER_KIT_METRICS_INTERVAL"));
  config = from({{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "ftp://h"}});
  EXPECT_THAT(config.validate().error().message, HasSubstr("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"));
  config = {};
  config.metrics_exporters = {MetricsExporter::kOtlp};
  EXPECT_THAT(config.validate().error().message, HasSubstr("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"));
  // One endpoint of both signals is one fault.
  config = from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://h"}});
  EXPECT_THAT(config.validate().error().message, HasSubstr("has 1 fault"));
}

}  // namespace
}  // namespace container_kit::telemetry
