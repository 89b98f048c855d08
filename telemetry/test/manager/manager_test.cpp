#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

namespace container_kit::telemetry {
namespace {

using ::testing::HasSubstr;

Config quiet() {
  Config config;
  config.service_name = "manager-test";
  config.traces_to_nowhere = true;
  config.log_level = LogLevel::kNone;
  return config;
}

class ManagerTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(manager_.initialize()); }
  std::string metrics() { return manager_.scrape().body; }

  Manager manager_{quiet()};
};

TEST_F(ManagerTest, ToolExecutionsAreCountedWithTheirErrorsAndDurations) {
  EXPECT_EQ(manager_.instrument_tool_execution("analyze", [] { return 41; }), 41);
  const Expected<int> failed = manager_.instrument_tool_execution("analyze", []() -> Expected<int> {
    return Error{ErrorCode::kUnavailable, "gone"};
  });
  EXPECT_FALSE(failed);
  EXPECT_THROW(manager_.instrument_tool_execution("analyze", [] { throw std::runtime_error("broken"); }),
               std::runtime_error);
  const std::string text = metrics();
  EXPECT_THAT(text, HasSubstr("tool_execution_total{tool_name=\"analyze\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("tool_errors_total{tool_name=\"analyze\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("tool_execution_duration_seconds_count{tool_name=\"analyze\"} 3\n"));
}

TEST_F(ManagerTest, HttpRequestsCarryTheirStatus) {
  manager_.instrument_http_request("GET", "/health", [] { return 200; });
  const auto answer = manager_.instrument_http_request("POST", "/api/tools/execute", [] {
    return std::pair<int, std::string>{404, "no"};
  });
  EXPECT_EQ(answer.second, "no");
  const std::string text = metrics();
  EXPECT_THAT(text, HasSubstr("http_status_code=\"200\""));
  EXPECT_THAT(text, HasSubstr("http_status_code=\"404\""));
}

TEST_F(ManagerTest, TheCurrentSpanIsAmbientInsideAnInstrumentedFunction) {
  EXPECT_EQ(Manager::trace_id(), "");
  std::string outer;
  std::string inner;
  manager_.instrument_operation("outer", [&] {
    outer = Manager::trace_id();
    manager_.instrument_operation("inner", [&] { inner = Manager::trace_id(); });
  });
  EXPECT_EQ(outer.size(), 32U);
  EXPECT_EQ(inner, outer);
  EXPECT_EQ(Manager::trace_id(), "");
}

TEST_F(ManagerTest, AnOperationLeftWithoutOutcomeCountsAsAnError) {
  { const Operation abandoned = manager_.begin_tool("build", Context()); }
  EXPECT_THAT(metrics(), HasSubstr("tool_errors_total{tool_name=\"build\"} 1\n"));
}

TEST_F(ManagerTest, HealthCountsSpans) {
  manager_.instrument_operation("a", [] {});
  ASSERT_TRUE(manager_.force_flush(std::chrono::seconds(10)));
  const Health health = manager_.health();
  EXPECT_EQ(health.spans_started, 1U);
  EXPECT_EQ(health.spans_ended, 1U);
  EXPECT_EQ(health.spans_exported, 1U);
  EXPECT_EQ(health.spans_queued, 0U);
  EXPECT_THAT(health.to_json(), HasSubstr(R"("status":"ok")"));
}

TEST_F(ManagerTest, InitializesOnceAndAgainAfterShutdown) {
  EXPECT_FALSE(manager_.initialize());
  ASSERT_TRUE(manager_.shutdown(std::chrono::seconds(10)));
  EXPECT_FALSE(manager_.is_tracing_enabled());
  EXPECT_EQ(manager_.instrument_operation("off", [] { return 1; }), 1);
  ASSERT_TRUE(manager_.initialize());
  manager_.instrument_operation("on again", [] {});
  EXPECT_EQ(manager_.health().spans_started, 1U);
}

TEST(Manager, NamesEveryFaultOfItsConfigurationAndStartsNothing) {
  Config config = quiet();
  config.service_name = "";
  config.trace_sample_rate = 1.5;
  config.otlp_traces.endpoint = "jaeger:4318";
  Manager manager{config};
  const auto ready = manager.initialize();
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code, ErrorCode::kInvalidConfig);
  EXPECT_THAT(ready.error().message, HasSubstr("3 faults"));
  EXPECT_THAT(ready.error().message, HasSubstr("service_name"));
  EXPECT_THAT(ready.error().message, HasSubstr("trace_sample_rate"));
  EXPECT_THAT(ready.error().message, HasSubstr("jaeger:4318"));
  EXPECT_FALSE(manager.is_tracing_enabled());
}

TEST(Manager, HandsItsMetricSettingsToTheEngine) {
  Config config = quiet();
  config.metrics_cardinality_limit = 3;
  config.metrics_series_expiry = std::chrono::milliseconds(1);
  Manager manager{config};
  ASSERT_TRUE(manager.initialize());
  auto counter = manager.metrics().meter().counter<std::int64_t>("mine_total");
  counter.bind({{"k", "kept"}});
  for (int i = 0; i < 5; ++i) counter.add(1, {{"k", i}});
  std::string text = manager.scrape().body;
  EXPECT_THAT(text, HasSubstr("mine_total{otel_metric_overflow=\"true\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("mine_total{k=\"0\"} 1\n"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (text.find("mine_total{k=\"0\"}") != std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    text = manager.scrape().body;
  }
  EXPECT_THAT(text, HasSubstr("mine_total{k=\"kept\"} 0\n"));
}

TEST(Manager, RunsWhatItIsGivenBeforeItIsInitialized) {
  Manager manager{quiet()};
  EXPECT_EQ(manager.instrument_tool_execution("x", [] { return 7; }), 7);
  EXPECT_EQ(manager.health().to_json().find("\"status\":\"off\""), 1U);
}

}  // namespace
}  // namespace container_kit::telemetry
