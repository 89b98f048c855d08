// What instrument_tool_execution records, whatever tools there are and however they are called.
#include <atomic>
#include <cmath>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>
#include <container_kit/telemetry/span_processor.h>

#include "metrics/scrape_reader.h"

namespace container_kit::telemetry {
namespace {

using ::testing::HasSubstr;

Config quiet() {
  Config config;
  config.traces_to_nowhere = true;
  config.log_level = LogLevel::kNone;
  return config;
}

double value_of(Manager& manager, const std::string& sample) {
  return metrics::Exposition(manager.scrape().body).value(sample);
}

std::string of_tool(const std::string& metric, const std::string& tool) {
  return metric + "{tool_name=\"" + tool + "\"}";
}

class DurationSum : public SpanProcessor {
 public:
  void on_end(const ReadableSpan& span) override { sum_ += span.duration(); }
  double take_seconds() { return static_cast<double>(sum_.exchange(0)) * 1e-9; }

 private:
  std::atomic<std::int64_t> sum_{0};
};

// The clock may be calibrated between the two readings of a call, so one round may differ.
TEST(ToolMetrics, TheDurationIsThatOfTheSpan) {
  const auto spans = std::make_shared<DurationSum>();
  Config config = quiet();
  config.span_processors = {spans};
  Manager manager{config};
  ASSERT_TRUE(manager.initialize());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  constexpr int kCalls = 100;
  for (int round = 0;; ++round) {
    const std::string tool = "tool" + std::to_string(round);
    for (int i = 0; i < kCalls; ++i) manager.instrument_tool_execution(tool, [] {});
    const double measured = value_of(manager, of_tool("tool_execution_duration_seconds_sum", tool));
    const double of_spans = spans->take_seconds();
    ASSERT_GT(of_spans, 0);
    if (std::abs(measured - of_spans) < kCalls * 10e-9 + 1e-3 * of_spans) break;
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << measured << " and " << of_spans;
  }
}

TEST(ToolMetrics, MeasurementsCarryTheSpanAsExemplar) {
  Manager manager{quiet()};
  ASSERT_TRUE(manager.initialize());
  std::string trace_id;
  manager.instrument_tool_execution("analyze", [&] { trace_id = Manager::trace_id(); });
  const std::string text = manager.scrape("application/openmetrics-text").body;
  for (const char* sample : {"tool_execution_total", "tool_errors_total"}) {
    const std::size_t at = text.find(of_tool(sample, "analyze"));
    ASSERT_NE(at, std::string::npos);
    EXPECT_THAT(text.substr(at, text.find('\n', at) - at), HasSubstr("trace_id=\"" + trace_id));
  }
  const std::size_t bucket = text.find("tool_execution_duration_seconds_bucket");
  EXPECT_NE(text.find("trace_id=\"" + trace_id, bucket), std::string::npos);
}

TEST(ToolMetrics, AToolsSeriesAreThereAtZeroWhileItsFirstCallRuns) {
  Manager manager{quiet()};
  ASSERT_TRUE(manager.initialize());
  std::string text;
  manager.instrument_tool_execution("analyze", [&] { text = manager.scrape().body; });
  EXPECT_THAT(text, HasSubstr(of_tool("tool_execution_total", "analyze") + " 0\n"));
  EXPECT_THAT(text, HasSubstr(of_tool("tool_errors_total", "analyze") + " 0\n"));
  EXPECT_THAT(text, HasSubstr(of_tool("tool_execution_duration_seconds_count", "analyze") + " 0\n"));
}

// A thread remembers the tools that it used last; names decide, not addresses, and each Manager has its own.
TEST(ToolMetrics, ABufferWhoseBytesChangeIsAnotherTool) {
  Manager first{quiet()};
  Manager second{quiet()};
  ASSERT_TRUE(first.initialize());
  ASSERT_TRUE(second.initialize());
  std::string name = "a";
  for (int i = 0; i < 300; ++i) {
    name[0] = static_cast<char>('a' + i % 3);
    first.instrument_tool_execution(name, [] {});
    if (i % 2 == 0) second.instrument_tool_execution(name, [] {});
  }
  for (const char* tool : {"a", "b", "c"}) {
    EXPECT_EQ(value_of(first, of_tool("tool_execution_total", tool)), 100);
    EXPECT_EQ(value_of(second, of_tool("tool_execution_total", tool)), 50);
  }
}

TEST(ToolMetrics, MoreToolsThanAreRememberedAreCountedAsWell) {
  constexpr int kTools = 10'050;
  Config config = quiet();
  config.metrics_cardinality_limit = 2 * kTools;
  Manager manager{config};
  ASSERT_TRUE(manager.initialize());
  for (int call = 0; call < 2; ++call) {
    for (int i = 0; i < kTools; ++i) manager.instrument_tool_execution(std::to_string(i), [] {});
  }
  const std::string text = manager.scrape().body;
  for (const int tool : {0, 9'998, 9'999, 10'000, kTools - 1}) {
    EXPECT_THAT(text, HasSubstr(of_tool("tool_execution_total", std::to_string(tool)) + " 2\n"));
  }
}

TEST(ToolMetrics, ExpireWhereSeriesDoAndBeginAnew) {
  Config config = quiet();
  config.metrics_series_expiry = std::chrono::milliseconds(1);
  Manager manager{config};
  ASSERT_TRUE(manager.initialize());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (int life = 0; life < 3; ++life) {
    for (int i = 0; i < 5; ++i) manager.instrument_tool_execution("analyze", [] {});
    while (manager.scrape().body.find(of_tool("tool_execution_total", "analyze")) != std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    }
  }
  manager.metrics().register_tool("analyze");
  manager.instrument_tool_execution("analyze", [] {});
  EXPECT_EQ(value_of(manager, of_tool("tool_execution_total", "analyze")), 1);
}

TEST(ToolMetricsConcurrent, CallsOfManyToolsAreExactWhileScraped) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 4000;
  constexpr int kTools = 80;
  Manager manager{quiet()};
  ASSERT_TRUE(manager.initialize());
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kCalls; ++i) {
        const std::string tool = "tool" + std::to_string(i % kTools);
        static_cast<void>(manager.instrument_tool_execution(tool, [i]() -> Expected<int> {
          if (i % 4 == 0) return Error{ErrorCode::kUnavailable, "gone"};
          return i;
        }));
      }
      --running;
    });
  }
  while (running > 0) static_cast<void>(manager.scrape());
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kTools; ++i) {
    const std::string tool = "tool" + std::to_string(i);
    constexpr int kEach = kThreads * kCalls / kTools;
    EXPECT_EQ(value_of(manager, of_tool("tool_execution_total", tool)), kEach);
    EXPECT_EQ(value_of(manager, of_tool("tool_errors_total", tool)), i % 4 == 0 ? kEach : 0);
    EXPECT_EQ(value_of(manager, of_tool("tool_execution_duration_seconds_count", tool)), kEach);
  }
}

}  // namespace
}  // namespace container_kit::telemetry
