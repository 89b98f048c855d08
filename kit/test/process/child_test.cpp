#include "process/child.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/in_memory_spans.h>

#include "process/programs.h"

namespace container_kit::kit::process {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ChildTest : public ::testing::Test {
 protected:
  ChildTest() : telemetry_(configured()) { EXPECT_TRUE(telemetry_.initialize()); }

  telemetry::Config configured() {
    telemetry::Config config = telemetry::Config::testing();
    config.tracing_enabled = true;
    config.traces_to_nowhere = true;
    config.span_processors = {spans_};
    return config;
  }
  ToolContext context() { return {telemetry_, roots_, stop_.get_token(), deadline_}; }
  ToolResult<ChildResult> shell(const std::string& script) {
    return run_child({"/bin/sh", {"-c", script}}, context());
  }

  // Whether no process has this number any more, or the one that has waits to be reaped by who adopted it.
  static bool is_gone(pid_t pid) {
    const auto until = steady_clock::now() + seconds(10);
    while (::kill(pid, 0) == 0 && steady_clock::now() < until) {
      std::FILE* const file = std::fopen(("/proc/" + std::to_string(pid) + "/stat").c_str(), "re");
      if (file == nullptr) return true;
      char state = 0;
      const int read = std::fscanf(file, "%*d %*s %c", &state);
      std::fclose(file);
      if (read == 1 && state == 'Z') return true;
      std::this_thread::yield();
    }
    return ::kill(pid, 0) != 0 && errno == ESRCH;
  }

  std::shared_ptr<telemetry::InMemorySpans> spans_ = std::make_shared<telemetry::InMemorySpans>();
  telemetry::Manager telemetry_;
  std::vector<std::string> roots_;
  std::stop_source stop_;
  steady_clock::time_point deadline_ = steady_clock::time_point::max();
};

TEST_F(ChildTest, gives_what_the_program_wrote_and_how_it_ended) {
  const auto result = shell("echo out; echo err >&2; exit 3");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->output, "out\n");
  EXPECT_THAT(result->tail, HasSubstr("out\n"));
  EXPECT_THAT(result->tail, HasSubstr("err\n"));
  EXPECT_EQ(shell("kill -9 $$")->exit_code, 128 + SIGKILL);
}

TEST_F(ChildTest, hands_out_lines_as_they_come) {
  std::vector<std::string> lines;
  ChildRequest request{"/bin/sh", {"-c", "printf 'one\\ntwo\\rthree'"}};
  request.on_line = [&lines](std::string_view line) { lines.emplace_back(line); };
  ASSERT_TRUE(run_child(request, context()));
  EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
}

TEST_F(ChildTest, is_a_span_with_the_exit_code_and_the_last_lines) {
  ASSERT_TRUE(shell("echo all is lost; exit 4"));
  EXPECT_THAT(spans_->tree(), HasSubstr("sh process.executable.name=sh process.pid="));
  EXPECT_THAT(spans_->tree(), HasSubstr("process.exit.code=4 error.type=4"));
  EXPECT_THAT(spans_->tree(), HasSubstr("@process.output"));
}

TEST_F(ChildTest, hands_the_context_on_and_keeps_secrets_back) {
  ::setenv("CONTAINER_KIT_TEST_SECRET", "do not tell", 1);
  const telemetry::ActiveSpan span = telemetry_.tracing().start_span("tool.test");
  const auto result = shell("env");
  ::unsetenv("CONTAINER_KIT_TEST_SECRET");
  ASSERT_TRUE(result);
  EXPECT_THAT(result->output, HasSubstr("TRACEPARENT=00-" + telemetry::Manager::trace_id() + "-"));
  EXPECT_THAT(result->output, HasSubstr("PATH="));
  EXPECT_THAT(result->output, Not(HasSubstr("do not tell")));
}

TEST_F(ChildTest, inherits_no_descriptors) {
  const int open = ::dup(STDERR_FILENO);
  const auto result = shell("ls /proc/self/fd");
  ::close(open);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "0\n1\n2\n3\n");  // 3 is ls's own
}

TEST_F(ChildTest, is_killed_with_its_children_when_the_call_is_cancelled) {
  pid_t grandchild = 0;
  ChildRequest request{"/bin/sh", {"-c", "trap '' TERM; sleep 1000 & echo $!; while :; do wait; done"}};
  request.on_line = [&](std::string_view line) {
    grandchild = std::atoi(std::string(line).c_str());
    stop_.request_stop();
  };
  deadline_ = steady_clock::now() + milliseconds(700);
  const auto result = run_child(request, context());
  ASSERT_FALSE(result);
  ASSERT_GT(grandchild, 0);
  EXPECT_TRUE(is_gone(grandchild));
}

TEST_F(ChildTest, is_stopped_before_the_deadline_passes) {
  deadline_ = steady_clock::now() + milliseconds(600);
  const auto result = shell("trap '' TERM; while :; do sleep 0.01; done");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ToolErrorCode::kDeadlineExceeded);
  EXPECT_LT(steady_clock::now() - deadline_, seconds(5));
}

TEST_F(ChildTest, leaves_nothing_running_behind_it) {
  const auto result = shell("sleep 1000 & echo $!");
  ASSERT_TRUE(result);
  EXPECT_TRUE(is_gone(std::atoi(result->output.c_str())));
}

TEST_F(ChildTest, does_not_wait_for_what_fled_with_the_pipes) {
  const auto start = steady_clock::now();
  const auto result = shell("setsid sleep 1000 & echo $!");
  ASSERT_TRUE(result);
  EXPECT_LT(steady_clock::now() - start, seconds(20));
  ::kill(std::atoi(result->output.c_str()), SIGKILL);
}

TEST_F(ChildTest, that_writes_without_end_is_stopped) {
  ChildRequest request{"/bin/sh", {"-c", "while :; do echo line; done"}};
  request.most_output = 10'000;
  const auto result = run_child(request, context());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ToolErrorCode::kTooLarge);
}

TEST_F(ChildTest, that_fails_tells_its_last_line) {
  const auto result =
      run_successfully({"/bin/sh", {"-c", "echo first; echo no space left; exit 1"}}, context());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ToolErrorCode::kProgramFailed);
  EXPECT_EQ(result.error().message, "sh -c ended with 1: no space left");
}

TEST_F(ChildTest, that_is_not_there_is_an_error) {
  const auto result = run_child({"/nowhere/program", {}}, context());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ToolErrorCode::kInternal);
  EXPECT_THAT(result.error().message, HasSubstr("/nowhere/program"));
}

TEST(Programs, are_found_in_the_path_in_the_order_of_preference) {
  const auto found = find_program({"no-such-program", "sh", "env"}, {}, "install one");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "sh");
  EXPECT_EQ(find_program({"sh", "env"}, "env", "")->name, "env");
  const auto missing = find_program({"no-such-program"}, {}, "install it");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ToolErrorCode::kProgramMissing);
  EXPECT_THAT(missing.error().message, HasSubstr("no-such-program; install it"));
}

}  // namespace
}  // namespace container_kit::kit::process
