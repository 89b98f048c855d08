#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/kit/tool_call.h>

#include "support/test_tools.h"

namespace container_kit::kit {
namespace {

using ::testing::ElementsAre;

// Does in execute() what the test wants.
class ScriptedTool : public Tool {
 public:
  using Script = std::function<ToolResult<ToolOutput>(const ToolContext&)>;
  ScriptedTool(Script script, std::chrono::milliseconds deadline)
      : script_(std::move(script)), deadline_(deadline) {}
  std::string_view name() const override { return "scripted"; }
  std::string_view description() const override { return "Does what the test wants"; }
  std::string_view version() const override { return "1"; }
  const ToolInput& input() const override { return input_; }
  std::chrono::milliseconds deadline() const override { return deadline_; }
  ToolResult<ToolOutput> execute(const ToolArguments&, const ToolContext& context) const override {
    return script_(context);
  }

 private:
  Script script_;
  std::chrono::milliseconds deadline_;
  ToolInput input_;
};

class Heard : public ProgressListener {
 public:
  void report(double done, double, std::string_view) override { steps.push_back(done); }
  std::vector<double> steps;
};

// Blocks until it is asked to stop.
ToolResult<ToolOutput> wait_for_stop(const ToolContext& context) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, context.stop, std::chrono::seconds(10), [] { return false; });
  return context.stopped();
}

class ToolCalls : public ::testing::Test {
 protected:
  ToolResult<ToolOutput> call(ScriptedTool::Script script, std::stop_token stop = {},
                              std::chrono::milliseconds deadline = std::chrono::seconds(5)) {
    ToolRegistry tools;
    tools.add(std::make_unique<ScriptedTool>(std::move(script), deadline));
    return call_tool({telemetry_, tools, roots_, {}, std::move(stop), &heard_}, "scripted", {}, 2);
  }

  telemetry::Manager telemetry_{telemetry::Config::testing()};
  std::vector<std::string> roots_;
  Heard heard_;
};

TEST_F(ToolCalls, end_at_their_deadline) {
  const auto result = call(wait_for_stop, {}, std::chrono::milliseconds(5));
  EXPECT_EQ(result.error().code, ToolErrorCode::kDeadlineExceeded);
}

TEST_F(ToolCalls, end_when_the_caller_gives_up) {
  std::stop_source caller;
  const auto result = call(
      [&](const ToolContext& context) {
        caller.request_stop();
        return wait_for_stop(context);
      },
      caller.get_token());
  EXPECT_EQ(result.error().code, ToolErrorCode::kCancelled);
}

TEST_F(ToolCalls, pass_on_progress_that_increases) {
  ASSERT_TRUE(call([](const ToolContext& context) {
    for (const double done : {0.0, 1.0, 1.0, 0.5, 2.0}) context.progress(done, 2, "");
    return ToolOutput{"{}", ""};
  }));
  EXPECT_THAT(heard_.steps, ElementsAre(0.0, 1.0, 2.0));
}

TEST_F(ToolCalls, make_an_exception_an_error_that_keeps_its_secrets) {
  const auto result =
      call([](const ToolContext&) -> ToolResult<ToolOutput> { throw std::runtime_error("secret"); });
  EXPECT_EQ(result.error().code, ToolErrorCode::kInternal);
  EXPECT_EQ(result.error().message.find("secret"), std::string::npos);
}

TEST(ToolCallLog, tells_of_failures_and_of_what_others_waited_for) {
  std::vector<std::string> lines;
  auto config = telemetry::Config::testing();
  config.log_sink = [&lines](telemetry::LogLevel, std::string_view line) { lines.emplace_back(line); };
  telemetry::Manager telemetry(config);
  ASSERT_TRUE(telemetry.initialize());
  lines.clear();
  const std::vector<std::string> roots;
  const auto call = [&](const ScriptedTool::Script& script, bool is_logged,
                        std::chrono::milliseconds deadline) {
    ToolRegistry tools;
    tools.add(std::make_unique<ScriptedTool>(script, deadline));
    ToolCaller caller{telemetry, tools, roots};
    caller.is_logged = is_logged;
    static_cast<void>(call_tool(caller, "scripted", {}, 2));
  };
  constexpr std::chrono::seconds kShort{5};
  constexpr std::chrono::minutes kLong{5};
  const auto fail = [](const ToolContext&) {
    return ToolResult<ToolOutput>(ToolError{ToolErrorCode::kPathNotFound, "not there", "path"});
  };
  const auto succeed = [](const ToolContext&) { return ToolResult<ToolOutput>(ToolOutput{"{}", ""}); };
  call(fail, true, kShort);
  call(fail, false, kShort);
  call(succeed, true, kShort);
  call(succeed, true, kLong);
  call([](const ToolContext&) -> ToolResult<ToolOutput> { throw std::runtime_error("broken"); }, true,
       kShort);
  EXPECT_THAT(lines,
              ElementsAre(::testing::StartsWith("tool failed tool.name=scripted error.type=path_not_found "
                                                "error.message=\"not there\" duration_ms="),
                          ::testing::StartsWith("tool completed tool.name=scripted duration_ms="),
                          ::testing::StartsWith("tool failed tool.name=scripted error.type=internal "
                                                "error.message=broken time=")));
}

TEST(ToolErrors, have_a_name_and_a_status_each) {
  EXPECT_EQ(name_of(ToolErrorCode::kDeadlineExceeded), "deadline_exceeded");
  EXPECT_EQ(http_status_of(ToolErrorCode::kDeadlineExceeded), 504);
  EXPECT_EQ(http_status_of(ToolErrorCode::kCancelled), 499);
  EXPECT_EQ(name_of(ToolErrorCode::kProgramMissing), "program_missing");
}

}  // namespace
}  // namespace container_kit::kit
