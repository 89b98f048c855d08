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

TEST(Config, PresetsAreTheGuides) {
  const Config development = Config::development();
  EXPECT_EQ(development.service_name, "container-kit-dev");
  EXPECT_EQ(development.service_version, "dev");
  EXPECT_EQ(development.environment, "development");
  EXPECT_TRUE(development.tracing_enabled && development.metrics_enabled);
  EXPECT_EQ(development.otlp_traces.endpoint + development.jaeger_endpoint, "");  // so the console
  EXPECT_EQ(development.trace_sample_rate, 1.0);
  EXPECT_EQ(development.metrics_interval, std::chrono::seconds(5));
  const Config production = Config::production();
  EXPECT_EQ(production.service_name, "container-kit");
  EXPECT_EQ(production.service_version, "1.0.0");
  EXPECT_EQ(production.environment, "production");
  EXPECT_TRUE(production.tracing_enabled && production.metrics_enabled);
  EXPECT_EQ(production.trace_sample_rate, 0.1);
  EXPECT_EQ(production.metrics_interval, std::chrono::seconds(15));
  const Config testing = Config::testing();
  EXPECT_EQ(testing.service_name, "container-kit-test");
  EXPECT_EQ(testing.service_version, "test");
  EXPECT_EQ(testing.environment, "test");
  EXPECT_FALSE(testing.tracing_enabled || testing.metrics_enabled);
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
  EXPECT_EQ(from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318"}}).otlp_traces.endpoint,
            "http://h:4318/v1/traces");
  EXPECT_EQ(from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318/x/"}}).otlp_traces.endpoint,
            "http://h:4318/x/v1/traces");
  EXPECT_EQ(from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318"},
                  {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t/traces"}})
                .otlp_traces.endpoint,
            "http://t/traces");
}

TEST(Config, EverySignalHasOptionsOfItsOwnOverThoseForAll) {
  const Config config = from({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318"},
                              {"OTEL_EXPORTER_OTLP_HEADERS", "a=1,b=2"},
                              {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=t"},
                              {"OTEL_EXPORTER_OTLP_HEADERS_FILE", "/all"},
                              {"OTEL_EXPORTER_OTLP_METRICS_HEADERS_FILE", "/m"},
                              {"OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"},
                              {"OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "zstd"},
                              {"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "/ca"},
                              {"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/mine"},
                              {"OTEL_EXPORTER_OTLP_CLIENT_KEY", "/key"},
                              {"OTEL_EXPORTER_OTLP_TIMEOUT", "500"},
                              {"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "700"},
                              {"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json"}});
  EXPECT_THAT(config.warnings, IsEmpty());
  const OtlpOptions& traces = config.otlp_traces;
  const OtlpOptions& metrics = config.otlp_metrics;
  using Headers = std::map<std::string, std::string>;
  EXPECT_EQ(traces.headers, (Headers{{"a", "1"}, {"b", "t"}}));
  EXPECT_EQ(metrics.headers, (Headers{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(traces.headers_file + metrics.headers_file, "/all/m");
  EXPECT_EQ(traces.compression, OtlpCompression::kGzip);
  EXPECT_EQ(metrics.compression, OtlpCompression::kZstd);
  EXPECT_EQ(traces.certificate + metrics.certificate, "/ca");
  EXPECT_EQ(traces.client_certificate + traces.client_key, "/mine/key");
  EXPECT_EQ(metrics.client_certificate + metrics.client_key, "/mine/key");
  EXPECT_EQ(traces.timeout, std::chrono::milliseconds(500));
  EXPECT_EQ(metrics.timeout, std::chrono::milliseconds(700));
  EXPECT_EQ(traces.protocol, OtlpProtocol::kHttpProtobuf);
  EXPECT_EQ(metrics.protocol, OtlpProtocol::kHttpJson);
  EXPECT_EQ(metrics.endpoint, "http://h:4318/v1/metrics");
}

TEST(Config, GrpcTakesTheEndpointAsItIs) {
  const auto traces_of = [](const std::map<std::string, std::string>& variables) {
    return from(variables).otlp_traces;
  };
  const OtlpOptions said =
      traces_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:1234"}, {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}});
  EXPECT_EQ(said.endpoint, "http://h:1234");
  EXPECT_EQ(said.protocol, OtlpProtocol::kGrpc);
  const OtlpOptions by_port = traces_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4317"}});
  EXPECT_EQ(by_port.endpoint, "http://h:4317");
  EXPECT_EQ(by_port.protocol, OtlpProtocol::kGrpc);
  EXPECT_EQ(traces_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "h:4317"}}).endpoint, "https://h:4317");
  EXPECT_EQ(traces_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "h:4317"}, {"OTEL_EXPORTER_OTLP_INSECURE", "true"}})
                .endpoint,
            "http://h:4317");
}

TEST(Config, APortOfTheOtherProtocolIsAFaultThatNamesTheVariable) {
  for (const auto& [protocol, port] :
       {std::pair("grpc", "4318"), std::pair("http/protobuf", "4317"), std::pair("http/json", "4317")}) {
    const auto valid = from({{"OTEL_EXPORTER_OTLP_ENDPOINT", std::string("http://h:") + port},
                             {"OTEL_EXPORTER_OTLP_PROTOCOL", protocol}})
                           .validate();
    ASSERT_FALSE(valid) << protocol;
    EXPECT_THAT(valid.error().message, HasSubstr("OTEL_EXPORTER_OTLP_ENDPOINT"));
    EXPECT_THAT(valid.error().message, HasSubstr("OTEL_EXPORTER_OTLP_PROTOCOL"));
  }
}

TEST(Config, OtlpWithoutAnEndpointGoesToTheDefaultOne) {
  EXPECT_EQ(from({{"OTEL_TRACES_EXPORTER", "otlp"}}).otlp_traces.endpoint, "http://localhost:4318/v1/traces");
  EXPECT_EQ(
      from({{"OTEL_TRACES_EXPORTER", "otlp"}, {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}}).otlp_traces.endpoint,
      "http://localhost:4317");
  EXPECT_EQ(from({{"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}}).otlp_traces.endpoint, "");
}

TEST(Config, HeadersThatHttpCannotCarryAreRefusedWithoutBeingShown) {
  for (const char* wrong : {"key=secret%0d%0aX-Evil: 1", "a b=secret", "key", "=secret"}) {
    const Config config = from({{"OTEL_EXPORTER_OTLP_HEADERS", wrong}});
    EXPECT_THAT(config.otlp_traces.headers, IsEmpty()) << wrong;
    ASSERT_THAT(config.warnings, SizeIs(1)) << wrong;
    EXPECT_THAT(config.warnings[0], HasSubstr("OTEL_EXPORTER_OTLP_HEADERS"));
    EXPECT_THAT(config.warnings[0], ::testing::Not(HasSubstr("secret")));
  }
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
