#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/config_file.h>

namespace container_kit::telemetry {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
namespace fs = std::filesystem;

class ConfigFile : public ::testing::Test {
 protected:
  ConfigFile() {
    std::string path = (fs::temp_directory_path() / "container-kit-config-XXXXXX").string();
    folder_ = ::mkdtemp(path.data());
  }
  ~ConfigFile() override {
    fs::remove_all(folder_);
    for (const std::string& name : variables_) ::unsetenv(name.c_str());
  }
  void set(const std::string& name, const std::string& value) {
    variables_.push_back(name);
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::string path() const { return (folder_ / "t.yaml").string(); }
  Config read(const std::string& text) {
    std::ofstream(path()) << text;
    return config_from_file(path());
  }
  // Of one value, in a field that takes any text.
  std::string substituted(const std::string& value) {
    const Config config = read("file_format: \"1.0\"\ncontainer_kit:\n  spool_dir: " + value + "\n");
    return config.faults.empty() ? config.spool_dir : "fault: " + config.faults[0];
  }
  static std::string source_of(const Config& config, const std::string& name) {
    for (const EffectiveSetting& setting : config.effective()) {
      if (setting.name == name) return setting.source;
    }
    return {};
  }

  fs::path folder_;
  std::vector<std::string> variables_;
};

constexpr const char* kWhole = R"(
file_format: "1.0"
log_level: debug2
attribute_limits:
  attribute_count_limit: 64
resource:
  attributes_list: service.name=weaker,team=shop
  attributes:
    - name: service.name
      value: shop
    - {name: deployment.region, value: us-west-2, type: string}
propagator:
  composite:
    - b3:
    - baggage:
tracer_provider:
  processors:
    - batch:
        schedule_delay: 250
        export_timeout: 9000
        max_queue_size: 4096
        max_export_batch_size: 100
        exporter:
          otlp_grpc:
            endpoint: collector:4317
            tls: {ca_file: /ca.pem, insecure: true}
            headers:
              - {name: api-key, value: hush}
              - {name: no-key, value: }
            headers_list: team=shop,api-key=weaker
            compression: gzip
            timeout: 3000
    - simple:
        exporter:
          console:
  limits:
    event_count_limit: 7
  sampler:
    parent_based:
      root:
        trace_id_ratio_based: {ratio: 0.25}
      remote_parent_sampled: {always_on: }
meter_provider:
  exemplar_filter: always_off
  readers:
    - periodic:
        interval: 5000
        timeout: 1000
        cardinality_limits: {default: 50}
        exporter:
          otlp_http:
            encoding: json
            temporality_preference: low_memory
            default_histogram_aggregation: base2_exponential_bucket_histogram
    - pull:
        exporter:
          prometheus/development: {host: 0.0.0.0}
container_kit:
  flight_buffer_bytes: 2097152
  otlp_metrics:
    headers_file: /headers
  spool_age: 2h
)";

TEST_F(ConfigFile, ReadsTheWholeSchema) {
  const Config config = read(kWhole);
  EXPECT_THAT(config.faults, IsEmpty());
  EXPECT_THAT(config.warnings, SizeIs(2));  // simple, host
  EXPECT_TRUE(config.validate());
  EXPECT_EQ(config.log_level, LogLevel::kDebug);
  EXPECT_EQ(config.attribute_count_limit, 64U);
  EXPECT_EQ(config.service_name, "shop");
  EXPECT_EQ(config.resource_attributes,
            (std::map<std::string, std::string>{{"deployment.region", "us-west-2"}, {"team", "shop"}}));
  EXPECT_THAT(config.propagators, ElementsAre(PropagationFormat::kB3, PropagationFormat::kBaggage));
  EXPECT_THAT(config.traces_exporters, ElementsAre(TracesExporter::kOtlp, TracesExporter::kConsole));
  EXPECT_EQ(config.schedule_delay.count(), 250);
  EXPECT_EQ(config.export_timeout.count(), 9000);
  EXPECT_EQ(config.max_queue_size, 4096U);
  EXPECT_EQ(config.max_export_batch_size, 100U);
  EXPECT_EQ(config.event_count_limit, 7U);
  EXPECT_EQ(config.trace_sample_rate, 0.25);
  EXPECT_EQ(config.traces_sampler, "");
}

TEST_F(ConfigFile, ReadsExportersOfBothSignals) {
  const Config config = read(kWhole);
  const OtlpOptions& traces = config.otlp_traces;
  EXPECT_EQ(traces.endpoint, "http://collector:4317");
  EXPECT_EQ(traces.protocol, OtlpProtocol::kGrpc);
  EXPECT_EQ(traces.certificate, "/ca.pem");
  EXPECT_EQ(traces.headers, (std::map<std::string, std::string>{{"api-key", "hush"}, {"team", "shop"}}));
  EXPECT_EQ(traces.compression, OtlpCompression::kGzip);
  EXPECT_EQ(traces.timeout.count(), 3000);
  const OtlpOptions& metrics = config.otlp_metrics;
  EXPECT_EQ(metrics.endpoint, "http://localhost:4318/v1/metrics");
  EXPECT_EQ(metrics.protocol, OtlpProtocol::kHttpJson);
  EXPECT_EQ(metrics.headers_file, "/headers");
  EXPECT_THAT(config.metrics_exporters, ElementsAre(MetricsExporter::kOtlp, MetricsExporter::kPrometheus));
  EXPECT_EQ(config.otlp_metrics_temporality, MetricsTemporality::kLowMemory);
  EXPECT_TRUE(config.exponential_histograms);
  EXPECT_EQ(config.metric_export_interval.count(), 5000);
  EXPECT_EQ(config.metric_export_timeout.count(), 1000);
  EXPECT_EQ(config.metrics_cardinality_limit, 50U);
  EXPECT_EQ(config.exemplar_filter, ExemplarFilter::kAlwaysOff);
  EXPECT_EQ(config.flight_buffer_bytes, 2U << 20);
  EXPECT_EQ(config.spool_age, std::chrono::hours(2));
}

TEST_F(ConfigFile, TheEnvironmentWinsOverTheFileAndTheFileOverThePreset) {
  set("CONTAINER_KIT_TRACE_SAMPLE_RATE", "0.75");
  set("OTEL_BSP_SCHEDULE_DELAY", "1s");
  const Config config = read(R"(
file_format: "1.0"
tracer_provider:
  processors: [{batch: {schedule_delay: 20, export_timeout: 30, exporter: {console: }}}]
  sampler: {trace_id_ratio_based: {ratio: 0.5}}
container_kit:
  environment: production
  service_version: "7"
)");
  EXPECT_THAT(config.faults, IsEmpty());
  EXPECT_EQ(config.trace_sample_rate, 0.75);
  EXPECT_EQ(config.schedule_delay.count(), 1000);
  EXPECT_EQ(config.export_timeout.count(), 30);
  EXPECT_EQ(config.service_version, "7");  // the preset says 1.0.0
  EXPECT_EQ(config.environment, "production");
  EXPECT_EQ(source_of(config, "trace_sample_rate"), "CONTAINER_KIT_TRACE_SAMPLE_RATE");
  EXPECT_EQ(source_of(config, "export_timeout"), path() + ":4");
  EXPECT_EQ(source_of(config, "service_version"), path() + ":8");
  EXPECT_EQ(
      source_of(read("file_format: \"1.0\"\ncontainer_kit: {environment: production}"), "service_version"),
      "preset production");
}

// The specification's own table.
TEST_F(ConfigFile, VariablesArePutInByTheSpecificationsRules) {
  set("STRING_VALUE", "value");
  set("FLOAT_VALUE", "1.1");
  set("INVALID_MAP_VALUE", "value\nkey:value");
  set("DO_NOT_REPLACE_ME", "Never use this value");
  set("REPLACE_ME", "${DO_NOT_REPLACE_ME}");
  set("VALUE_WITH_ESCAPE", "value$$");
  EXPECT_EQ(substituted("${STRING_VALUE}"), "value");
  EXPECT_EQ(substituted("\"${STRING_VALUE}\""), "value");
  EXPECT_EQ(substituted("${env:STRING_VALUE}"), "value");
  EXPECT_EQ(substituted("${INVALID_MAP_VALUE}"), "value\nkey:value");
  EXPECT_EQ(substituted("foo ${STRING_VALUE} ${FLOAT_VALUE}"), "foo value 1.1");
  EXPECT_EQ(substituted("${UNDEFINED_KEY}"), "");
  EXPECT_EQ(substituted("${UNDEFINED_KEY:-fallback}"), "fallback");
  EXPECT_EQ(substituted("${REPLACE_ME}"), "${DO_NOT_REPLACE_ME}");
  EXPECT_EQ(substituted("$${STRING_VALUE}"), "${STRING_VALUE}");
  EXPECT_EQ(substituted("$$${STRING_VALUE}"), "$value");
  EXPECT_EQ(substituted("$$$${STRING_VALUE}"), "$${STRING_VALUE}");
  EXPECT_EQ(substituted("$${STRING_VALUE:-fallback}"), "${STRING_VALUE:-fallback}");
  EXPECT_EQ(substituted("$${STRING_VALUE:-${STRING_VALUE}}"), "${STRING_VALUE:-value}");
  EXPECT_EQ(substituted("${UNDEFINED_KEY:-$${UNDEFINED_KEY}}"), "${UNDEFINED_KEY:-${UNDEFINED_KEY}}");
  EXPECT_EQ(substituted("${VALUE_WITH_ESCAPE}"), "value$$");
  EXPECT_EQ(substituted("a $$ b"), "a $ b");
  EXPECT_EQ(substituted("a $ b"), "a $ b");
  for (const char* wrong : {"${STRING_VALUE:?error}", "${1API_KEY}", "${API_$KEY}"}) {
    EXPECT_THAT(substituted(wrong),
                AllOf(HasSubstr("fault: "), HasSubstr("t.yaml:3: "), HasSubstr("${VAR}")));
  }
}

TEST_F(ConfigFile, EveryFaultIsReportedAtOnceWithItsLine) {
  const Config config = read(R"(file_format: "0.4"
tracer_provider:
  procesors: []
  processors:
    - batch:
        schedule_delay: soon
        exporter: {otlp_htp: }
    - batch: {exporter: {otlp_http: {headers_list: "a b=hush"}}}
  sampler: {always_on: , always_off: }
meter_provider:
  views: []
container_kit:
  trace_sample_rate: 2
  trace_sample_rat: 1
  tail_enabled: true
  tail_enabled: false
)");
  const auto valid = config.validate();
  ASSERT_FALSE(valid);
  const std::string& all = valid.error().message;
  for (const char* part :
       {"t.yaml:1: file_format: \"0.4\"", "t.yaml:3: procesors: is not known here; did you mean processors?",
        "t.yaml:6: schedule_delay: \"soon\" is not usable; allowed: a duration",
        "t.yaml:7: otlp_htp: is not known here; did you mean otlp_http?",
        "t.yaml:8: otlp_traces.headers: \"(hidden)\"", "t.yaml:9: exactly one of these keys",
        "t.yaml:11: views: is not supported", "t.yaml:13: trace_sample_rate: \"2\"",
        "t.yaml:14: trace_sample_rat: is not known here; did you mean trace_sample_rate?",
        "t.yaml:16: tail_enabled: is there twice"}) {
    EXPECT_THAT(all, HasSubstr(part));
  }
  EXPECT_THAT(all, ::testing::Not(HasSubstr("hush")));
  EXPECT_THAT(config.faults, SizeIs(10));
}

TEST_F(ConfigFile, WhatTheFileSaysTwiceMustBeTheSame) {
  const char* const two = R"(
file_format: "1.0"
tracer_provider:
  processors:
    - batch: {schedule_delay: 100, exporter: {console: }}
    - batch: {schedule_delay: 200, exporter: {zipkin: }}
    - batch: {exporter: {zipkin: }}
)";
  EXPECT_THAT(read(two).faults,
              ElementsAre(HasSubstr("t.yaml:6: schedule_delay: is set to something else at"),
                          HasSubstr("t.yaml:7: there is one exporter of this kind already")));
}

TEST_F(ConfigFile, WhatIsNoConfigurationIsAFaultAndNothingIsThrown) {
  for (const char* text : {"", "[]", "just text", "file_format: [", "a: b: c", "\t", "&a [*a]",
                           "file_format: &x 1.0\nresource: *x"}) {
    EXPECT_FALSE(read(text).faults.empty()) << text;
  }
  EXPECT_THAT(read("file_format: \"1.0\"\nresource:\n  - }").faults,
              ElementsAre(HasSubstr("t.yaml:3: is no YAML")));
  EXPECT_THAT(read(std::string(2U << 20, '#')).faults, ElementsAre(HasSubstr("1 MiB")));
  EXPECT_FALSE(read(std::string(100'000, '[')).faults.empty());
  EXPECT_THAT(config_from_file("/no/such/file").faults,
              ElementsAre(HasSubstr("/no/such/file: cannot be read: No such file")));
}

TEST_F(ConfigFile, StandardPartsThatAreNotOursAreWarnedOf) {
  const Config config = read(R"(
file_format: "1.0"
disabled: true
resource:
  schema_url: https://example.com/schema
  detection/development: {detectors: [host: ]}
logger_provider: {processors: []}
distribution:
  other: {key: 1}
  container_kit: {tail_enabled: true}
)");
  EXPECT_THAT(config.faults, IsEmpty());
  EXPECT_THAT(config.warnings, ElementsAre(HasSubstr("detection/development"), HasSubstr("logger_provider")));
  EXPECT_FALSE(config.tracing_enabled || config.metrics_enabled);
  EXPECT_EQ(config.resource_schema_url, "https://example.com/schema");
  EXPECT_TRUE(config.tail_enabled);
}

TEST_F(ConfigFile, IsTheOneThatTheEnvironmentNames) {
  EXPECT_EQ(config_file_of_environment(), "");
  set("OTEL_EXPERIMENTAL_CONFIG_FILE", "/old");
  EXPECT_EQ(config_file_of_environment(), "/old");
  set("OTEL_CONFIG_FILE", "/new");
  EXPECT_EQ(config_file_of_environment(), "/new");
  set("CONTAINER_KIT_CONFIG", "/ours");
  EXPECT_EQ(config_file_of_environment(), "/ours");
}

}  // namespace
}  // namespace container_kit::telemetry
