// What the library says of its exports at debug: lines of key=value, with trace ids; and at info, nothing of
// it.
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

#include "support/loopback_receiver.h"
#include "support/memory_folder.h"

namespace container_kit::telemetry {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class DebugLines : public ::testing::Test {
 protected:
  // One span, flushed; returns the lines that were logged and sets its trace id.
  std::vector<std::string> lines_of(LogLevel level, const std::string& url) {
    std::mutex mutex;
    std::vector<std::string> lines;
    Config config;
    config.service_name = "debug-lines-test";
    config.otlp_traces.endpoint = url;
    config.spool_dir = spool_.path();
    config.log_level = level;
    config.trace_sample_rate = rate_;
    config.log_sink = [&](LogLevel, std::string_view line) {
      const std::lock_guard lock(mutex);
      lines.emplace_back(line);
    };
    Manager manager(config);
    EXPECT_TRUE(manager.initialize());
    manager.instrument_operation("work", [this] { trace_id_ = Manager::trace_id(); });
    static_cast<void>(manager.shutdown(std::chrono::seconds(10)));
    const std::lock_guard lock(mutex);
    return lines;
  }

  double rate_ = 1.0;
  test::MemoryFolder spool_;
  std::string trace_id_;
};

TEST_F(DebugLines, TellOfBatchesWithTheirTracesAndOfDeliveries) {
  const test::LoopbackReceiver receiver(test::LoopbackReceiver::Manner::kAnswers);
  const auto lines = lines_of(LogLevel::kDebug, receiver.url());
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("event=batch collected=1 exported=1"),
                                    HasSubstr("trace_ids=" + trace_id_))));
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("event=export.delivered"), HasSubstr("signal=traces"),
                                    HasSubstr("items=1"), HasSubstr("endpoint=http://127.0.0.1:"))));
}

TEST_F(DebugLines, TellOfRetriesAndTheSpool) {
  const auto lines = lines_of(LogLevel::kDebug, test::url_without_receiver());
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("event=export.retry"), HasSubstr("failed_attempts=1"),
                                    HasSubstr("wait_ms="), HasSubstr("problem="))));
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("event=spool.written"), HasSubstr("items=1"))));
}

TEST_F(DebugLines, TellOfSamplingDecisions) {
  const auto lines = lines_of(LogLevel::kDebug, test::url_without_receiver());
  EXPECT_THAT(lines, Contains(HasSubstr("event=sampling decision=record_and_sample trace_id=" + trace_id_ +
                                        " parent=none span=\"work\"")));
}

TEST_F(DebugLines, SamplingAtDebugDecidesAsItDoesWithout) {
  rate_ = 0.0;
  const auto lines = lines_of(LogLevel::kDebug, test::url_without_receiver());
  EXPECT_THAT(lines, Contains(HasSubstr("event=sampling decision=drop trace_id=")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("event=batch"))));
}

TEST_F(DebugLines, SpansAfterTheManagersEndSayNothing) {
  std::size_t lines = 0;
  std::optional<Tracer> tracer;
  {
    Config config;
    config.traces_to_nowhere = true;
    config.log_level = LogLevel::kDebug;
    config.log_sink = [&lines](LogLevel, std::string_view line) {
      lines += line.find("event=sampling") != std::string_view::npos ? 1 : 0;
    };
    Manager manager(config);
    ASSERT_TRUE(manager.initialize());
    tracer = manager.tracing().tracer();
    tracer->start_span("within").end();
  }
  tracer->start_span("afterwards").end();
  EXPECT_EQ(lines, 1U);
}

TEST_F(DebugLines, SayNothingAtInfo) {
  const test::LoopbackReceiver receiver(test::LoopbackReceiver::Manner::kAnswers);
  for (const std::string& line : lines_of(LogLevel::kInfo, receiver.url()))
    EXPECT_THAT(line, Not(HasSubstr("event=")));
}

}  // namespace
}  // namespace container_kit::telemetry
