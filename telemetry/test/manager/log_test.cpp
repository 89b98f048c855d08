#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <container_kit/telemetry/in_memory_spans.h>
#include <container_kit/telemetry/manager.h>

namespace container_kit::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class ManagerLog : public ::testing::Test {
 protected:
  Config config(LogLevel least = LogLevel::kInfo) {
    Config config = Config::testing();
    config.tracing_enabled = true;
    config.traces_to_nowhere = true;
    config.span_processors = {std::make_shared<InMemorySpans>()};
    config.log_level = least;
    config.privacy.mode = PrivacyMode::kOn;
    config.log_sink = [this](LogLevel, std::string_view line) { lines_.emplace_back(line); };
    return config;
  }
  void start(Manager& manager) {
    ASSERT_TRUE(manager.initialize());
    lines_.clear();
  }

  std::vector<std::string> lines_;
};

TEST_F(ManagerLog, SaysWhatGoesWithAMessageAndInWhichTrace) {
  Manager manager(config());
  start(manager);
  std::string trace_id;
  manager.instrument_tool_execution("t", [&] {
    trace_id = Manager::trace_id();
    manager.log(LogLevel::kWarn, "tool failed",
                {{"error.type", "timeout"}, {"attempt", 3}, {"why", "too slow"}});
  });
  ASSERT_EQ(trace_id.size(), 32U);
  EXPECT_THAT(lines_, ElementsAre(MatchesRegex("tool failed error.type=timeout attempt=3 why=\"too slow\" "
                                               "time=20[0-9-]+T[0-9:]+\\.[0-9]+Z trace_id=" +
                                               trace_id + " span_id=[0-9a-f]+")));
}

TEST_F(ManagerLog, NothingInAValueEndsTheLineOrBeginsAnotherKey) {
  Manager manager(config());
  start(manager);
  manager.log(LogLevel::kInfo, "two\nlines", {{"a", "x\ny=\"1\""}, {"b", "\x1b[31m\\"}, {"c", ""}});
  EXPECT_THAT(lines_, ElementsAre(HasSubstr(R"(two lines a="x\ny=\"1\"" b="\x1b[31m\\" c="" time=)")));
  EXPECT_THAT(lines_, ElementsAre(Not(HasSubstr("trace_id")))) << "without a span";
}

TEST_F(ManagerLog, KeepsSecretsAsSpansDo) {
  Manager manager(config());
  start(manager);
  manager.log(LogLevel::kInfo, "password=hunter2",
              {{"api_key", "abc"}, {"url", "https://joe:pw123@example.com/"}});
  EXPECT_THAT(lines_,
              ElementsAre(HasSubstr("password=REDACTED api_key=REDACTED url=https://REDACTED@example.com/")));
}

TEST_F(ManagerLog, LeavesOutWhatNobodyWants) {
  Manager manager(config(LogLevel::kError));
  start(manager);
  EXPECT_FALSE(manager.is_log_on(LogLevel::kWarn));
  manager.log(LogLevel::kWarn, "no");
  EXPECT_THAT(lines_, IsEmpty());
  manager.log(LogLevel::kError, "yes");
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("yes time=")));
  ASSERT_TRUE(manager.shutdown(std::chrono::seconds(5)));
  lines_.clear();
  manager.log(LogLevel::kError, "after the end");
  EXPECT_THAT(lines_, IsEmpty());
}

}  // namespace
}  // namespace container_kit::telemetry
