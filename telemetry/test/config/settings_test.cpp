#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/from_environment.h"
#include "config/setting.h"

namespace container_kit::telemetry::config {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Variables = std::map<std::string, std::string>;

Config from(const Variables& variables) {
  return from_environment([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

const std::string kRoot = CONTAINER_KIT_TEST_DIR "/../..";
const std::string kPage = kRoot + "/docs/configuration.md";
constexpr std::string_view kBegin = "<!-- settings: written by telemetry_test -->\n";
constexpr std::string_view kEnd = "<!-- end of settings -->\n";

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string table() {
  std::string text =
      "| field | variables | default | allowed | what it is |\n| --- | --- | --- | --- | --- |\n";
  for (const Setting& setting : settings()) {
    std::string variables;
    for (const std::string& name : setting.variables) variables += (variables.empty() ? "" : ", ") + name;
    text += "| `" + setting.name + "` | " + variables + " | " + setting.print(Config()) + " | " +
            setting.allowed + " | " + setting.description + " |\n";
  }
  return text;
}

// With CONTAINER_KIT_WRITE_DOCS=1 it writes the table instead.
TEST(Settings, are_documented_as_they_are) {
  std::string page = text_of(kPage);
  const std::size_t begin = page.find(kBegin);
  const std::size_t end = page.find(kEnd);
  ASSERT_NE(begin, std::string::npos) << kPage;
  ASSERT_NE(end, std::string::npos) << kPage;
  const std::size_t from = begin + kBegin.size();
  if (!lookup_process_environment("CONTAINER_KIT_WRITE_DOCS").empty()) {
    std::ofstream(kPage) << page.replace(from, end - from, table());
    return;
  }
  EXPECT_EQ(page.substr(from, end - from), table())
      << "run this test with CONTAINER_KIT_WRITE_DOCS=1, and commit " << kPage;
}

TEST(Settings, every_variable_that_is_read_is_documented) {
  const std::string page = text_of(kPage);
  std::set<std::string> asked;
  // Set, so that variables that belong to others are asked for as well.
  const Variables set{{"OTEL_TRACES_SAMPLER", "traceidratio"},
                      {"OTEL_EXPORTER_OTLP_ENDPOINT", "h:4317"},
                      {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "h:4317"}};
  from_environment([&](const char* name) {
    asked.insert(name);
    const auto found = set.find(name);
    return found == set.end() ? std::string() : found->second;
  });
  EXPECT_GT(asked.size(), 60U);
  for (const std::string& name : asked) EXPECT_TRUE(page.find(name) != std::string::npos) << name;
  // Those that other sources read by name.
  const std::regex variable("\"((?:OTEL|CONTAINER_KIT)_[A-Z_]+)\"");
  for (const char* source : {"/telemetry/metrics_server/metrics_server.cpp"}) {
    const std::string code = text_of(kRoot + source);
    for (std::sregex_iterator at(code.begin(), code.end(), variable), none; at != none; ++at) {
      EXPECT_TRUE(page.find((*at)[1].str()) != std::string::npos) << (*at)[1].str();
    }
  }
}

TEST(Settings, every_field_of_config_is_documented) {
  const std::string page = text_of(kPage);
  for (const auto& [header, type, prefix] :
       {std::tuple("config.h", "struct Config {", ""),
        std::tuple("otlp_options.h", "struct OtlpOptions {", "otlp_traces.")}) {
    std::string code = text_of(kRoot + "/telemetry/include/container_kit/telemetry/" + header);
    code = code.substr(code.find(type) + std::string_view(type).size());
    code = code.substr(0, code.find("\n};") + 1);
    code = std::regex_replace(code, std::regex("//[^\n]*"), "");
    const std::regex field("(\\w+)\\s*(?:;|=[^;]*;|\\{[^;]*\\};)\\s*(?=\n)");
    std::set<std::string> names;
    for (std::sregex_iterator at(code.begin(), code.end(), field), none; at != none; ++at) {
      names.insert((*at)[1].str());
    }
    EXPECT_GE(names.size(), 9U);
    for (const char* function : {"const", "otlp_traces", "otlp_metrics", "from_env"}) names.erase(function);
    for (const std::string& name : names) {
      EXPECT_TRUE(page.find("`" + (prefix + name) + "`") != std::string::npos) << prefix << name;
    }
  }
}

TEST(Settings, what_is_printed_is_read_back_as_the_same) {
  const Config config = from({{"CONTAINER_KIT_ENV", "production"},
                              {"OTEL_RESOURCE_ATTRIBUTES", "a=1%2C2,b=x%25"},
                              {"OTEL_TRACES_EXPORTER", "console,otlp"},
                              {"OTEL_EXPORTER_OTLP_HEADERS", "key=a%2Cb"},
                              {"OTEL_METRIC_EXPORT_INTERVAL", "1500"}});
  for (const Setting& setting : settings()) {
    const std::string text = setting.print(config);
    if (text.empty()) continue;
    Config again;
    EXPECT_EQ(setting.read(text, again), "") << setting.name;
    EXPECT_EQ(setting.print(again), text) << setting.name;
  }
}

TEST(Settings, wrong_values_name_the_variable_the_value_and_what_is_allowed) {
  for (const Setting& setting : settings()) {
    if (!setting.holds) continue;
    const std::string& name = setting.variables.back();
    const Config config = from({{name, "\x01wrong"}});
    const auto& noted = name.starts_with("OTEL_") ? config.warnings : config.faults;
    if (setting.name == "service_name" || setting.name == "traces_sampler") continue;
    ASSERT_EQ(noted.size(), 1U) << name;
    EXPECT_THAT(noted[0], HasSubstr(name));
    EXPECT_THAT(noted[0], HasSubstr("\"\x01wrong\""));
    EXPECT_THAT(noted[0], HasSubstr(setting.allowed));
  }
}

std::string source_of(const Config& config, std::string_view name) {
  for (const EffectiveSetting& setting : config.effective()) {
    if (setting.name == name) return setting.source;
  }
  return "no such setting";
}

std::string value_of(const Config& config, std::string_view name) {
  for (const EffectiveSetting& setting : config.effective()) {
    if (setting.name == name) return setting.value;
  }
  return "no such setting";
}

TEST(Settings, every_value_knows_where_it_came_from) {
  Config config = from({{"CONTAINER_KIT_ENV", "production"},
                        {"OTEL_SERVICE_NAME", "shop"},
                        {"OTEL_TRACES_SAMPLER", "parentbased_traceidratio"},
                        {"OTEL_TRACES_SAMPLER_ARG", "0.5"},
                        {"OTEL_BSP_SCHEDULE_DELAY", "soon"},
                        {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4317"}});
  EXPECT_EQ(source_of(config, "environment"), "CONTAINER_KIT_ENV");
  EXPECT_EQ(source_of(config, "service_version"), "preset production");
  EXPECT_EQ(source_of(config, "service_name"), "OTEL_SERVICE_NAME");
  EXPECT_EQ(source_of(config, "trace_sample_rate"), "OTEL_TRACES_SAMPLER_ARG");
  EXPECT_EQ(source_of(config, "schedule_delay"), "default");  // what was wrong was ignored
  EXPECT_EQ(source_of(config, "otlp_traces.protocol"), "OTEL_EXPORTER_OTLP_ENDPOINT");
  config.service_name = "another";
  config.max_queue_size = 7;
  EXPECT_EQ(source_of(config, "service_name"), "code");
  EXPECT_EQ(source_of(config, "max_queue_size"), "code");
}

TEST(Settings, secrets_are_masked) {
  const Config config =
      from({{"OTEL_EXPORTER_OTLP_HEADERS", "api-key=hush%2Chush,x=hush"},
            {"OTEL_EXPORTER_JAEGER_ENDPOINT", "http://user:hush@h:14268/api/traces?key=hush&a"},
            {"OTEL_EXPORTER_OTLP_CLIENT_KEY", "/key.pem"}});
  EXPECT_EQ(value_of(config, "otlp_traces.headers"), "api-key=****,x=****");
  EXPECT_EQ(value_of(config, "jaeger_endpoint"), "http://h:14268/api/traces?key=****&a");
  EXPECT_EQ(value_of(config, "otlp_traces.client_key"), "/key.pem");
  for (const EffectiveSetting& setting : config.effective()) {
    EXPECT_THAT(setting.value, ::testing::Not(HasSubstr("hush"))) << setting.name;
  }
}

TEST(Settings, numbers_out_of_range_are_ignored_from_opentelemetry_and_faults_in_code) {
  Config config = from({{"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"}});
  EXPECT_EQ(config.warnings.size(), 1U);
  EXPECT_TRUE(config.validate());
  config.max_export_batch_size = 0;
  config.otlp_metrics.timeout = std::chrono::milliseconds(-1);
  const auto valid = config.validate();
  ASSERT_FALSE(valid);
  EXPECT_THAT(valid.error().message, HasSubstr("has 2 faults"));
  EXPECT_THAT(valid.error().message, HasSubstr("max_export_batch_size: \"0\" is not usable; allowed: "));
  EXPECT_THAT(valid.error().message, HasSubstr("otlp_metrics.timeout: \"-1ms\""));
}

TEST(Settings, opentelemetrys_and_our_variables_are_tried_in_their_order) {
  const Config config = from({{"OTEL_SDK_DISABLED", "TRUE"}, {"CONTAINER_KIT_METRICS_ENABLED", "true"}});
  EXPECT_FALSE(config.tracing_enabled);
  EXPECT_TRUE(config.metrics_enabled);
  EXPECT_EQ(source_of(config, "tracing_enabled"), "OTEL_SDK_DISABLED");
  EXPECT_EQ(source_of(config, "metrics_enabled"), "CONTAINER_KIT_METRICS_ENABLED");
  EXPECT_EQ(from({{"OTEL_BSP_MAX_QUEUE_SIZE", "99"}}).max_queue_size, 99U);
  EXPECT_EQ(from({{"OTEL_EXPORTER_PROMETHEUS_ENDPOINT", "http://p:9090"}}).prometheus_endpoint,
            "http://p:9090");
  EXPECT_EQ(
      from({{"OTEL_TRACES_SAMPLER", "traceidratio"}, {"OTEL_TRACES_SAMPLER_ARG", "2"}}).trace_sample_rate,
      1.0);
}

TEST(Settings, the_endpoints_of_both_signals_are_both_complained_of_unless_they_are_one) {
  const Config config = from({{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://a"},
                              {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "ftp://b"}});
  EXPECT_THAT(config.validate().error().message, HasSubstr("has 2 faults"));
  EXPECT_THAT(config.warnings, IsEmpty());
}

}  // namespace
}  // namespace container_kit::telemetry::config
