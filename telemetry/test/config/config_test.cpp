#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/config.h>

#include "config/from_environment.h"

namespace container_kit::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Config from(const std::map<std::string, std::string>& variables) {
  return config::from_environment([&variables](const char* name) {
    const auto found = variables.find(name);
    return found != variables.end() ? found->second : std::string();
  });
}

TEST(Config, AnEmptyEnvironmentGivesTheDefaults) {
  const Config config = from({});
  EXPECT_EQ(config.service_name, "container-kit");
  EXPECT_EQ(config.environment, "development");
  EXPECT_EQ(config.trace_sample_rate, 1.0);
  EXPECT_EQ(config.schedule_delay, std::chrono::seconds(5));
  EXPECT_EQ(config.metrics_cardinality_limit, 2000U);
  EXPECT_EQ(config.metrics_series_expiry, std::chrono::seconds(0));
  EXPECT_THAT(config.warnings, IsEmpty());
  EXPECT_TRUE(config.validate());
}

TEST(Config, ReadsTheGuidesVariables) {
  const Config config = from({{"CONTAINER_KIT_ENV", "production"},
                              {"CONTAINER_KIT_VERSION", "1.2.3"},
                              {"CONTAINER_KIT_TRACING_ENABLED", "TRUE"},
                              {"CONTAINER_KIT_METRICS_ENABLED", "false"},
                              {"CONTAINER_KIT_TRACE_SAMPLE_RATE", "0.25"},
                              {"CONTAINER_KIT_METRICS_INTERVAL", "2m"},
                              {"CONTAINER_KIT_METRICS_CARDINALITY_LIMIT", "50"},
                              {"CONTAINER_KIT_METRICS_SERIES_EXPIRY", "24h"},
                              {"CONTAINER_KIT_LOG_LEVEL", "debug"}});
  EXPECT_EQ(config.environment, "production");
  EXPECT_EQ(config.service_version, "1.2.3");
  EXPECT_TRUE(config.tracing_enabled);
  EXPECT_FALSE(config.metrics_enabled);
  EXPECT_EQ(config.trace_sample_rate, 0.25);
  EXPECT_EQ(config.metrics_interval, std::chrono::minutes(2));
  EXPECT_EQ(config.metrics_cardinality_limit, 50U);
  EXPECT_EQ(config.metrics_series_expiry, std::chrono::hours(24));
  EXPECT_EQ(config.log_level, LogLevel::kDebug);
}

TEST(Config, TheGuidesVariablesWinOverOpenTelemetrys) {
  const Config config = from({{"OTEL_SERVICE_NAME", "other"},
                              {"CONTAINER_KIT_SERVICE_NAME", "mine"},
                              {"OTEL_LOG_LEVEL", "error"},
                              {"CONTAINER_KIT_LOG_LEVEL", "info"}});
  EXPECT_EQ(config.service_name, "mine");
  EXPECT_EQ(config.log_level, LogLevel::kInfo);
}

TEST(Config, AppendsTheSignalsPathToTheBaseEndpointOnly) {
  EXPECT_EQ(from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318"}}).otlp_traces_endpoint,
            "http://h:4318/v1/traces");
  EXPECT_EQ(from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318/x/"}}).otlp_traces_endpoint,
            "http://h:4318/x/v1/traces");
  EXPECT_EQ(from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318"},
                  {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t/traces"}})
                .otlp_traces_endpoint,
            "http://t/traces");
}

TEST(Config, WarnsOfWrongOpenTelemetryVariablesAndIgnoresThem) {
  const Config config = from({{"OTEL_BSP_SCHEDULE_DELAY", "soon"},
                              {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "-1"},
                              {"OTEL_RESOURCE_ATTRIBUTES", "novalue"},
                              {"OTEL_TRACES_EXPORTER", "otlp,carrier-pigeon"}});
  EXPECT_THAT(config.warnings, SizeIs(4));
  EXPECT_THAT(config.faults, IsEmpty());
  EXPECT_EQ(config.schedule_delay, std::chrono::seconds(5));
  EXPECT_EQ(config.max_export_batch_size, 512U);
  EXPECT_THAT(config.traces_exporters, ElementsAre(TracesExporter::kOtlp));
}

TEST(Config, WrongVariablesOfOurOwnAreFaultsAllReportedAtOnce) {
  const Config config =
      from({{"CONTAINER_KIT_TRACE_SAMPLE_RATE", "half"}, {"CONTAINER_KIT_TRACING_ENABLED", "yes"}});
  EXPECT_THAT(config.faults, SizeIs(2));
  const auto valid = config.validate();
  ASSERT_FALSE(valid);
  EXPECT_THAT(valid.error().message, HasSubstr("CONTAINER_KIT_TRACE_SAMPLE_RATE: \"half\""));
  EXPECT_THAT(valid.error().message, HasSubstr("CONTAINER_KIT_TRACING_ENABLED: \"yes\""));
}

TEST(Config, DecodesResourceAttributes) {
  const Config config = from({{"OTEL_RESOURCE_ATTRIBUTES", "a=1, b.c = x%2Cy ,empty="}});
  EXPECT_EQ(config.resource_attributes.at("a"), "1");
  EXPECT_EQ(config.resource_attributes.at("b.c"), "x,y");
  EXPECT_EQ(config.resource_attributes.at("empty"), "");
}

TEST(Duration, IsANumberWithAUnit) {
  using std::chrono::milliseconds;
  EXPECT_EQ(config::parse_duration("15s"), milliseconds(15'000));
  EXPECT_EQ(config::parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(config::parse_duration("1.5m"), milliseconds(90'000));
  EXPECT_EQ(config::parse_duration("250"), milliseconds(250));
  for (const char* wrong : {"", "s", "-1s", "1 s", "1d", "nan", "1e999s", "12345678901234567890h"}) {
    EXPECT_EQ(config::parse_duration(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace container_kit::telemetry
