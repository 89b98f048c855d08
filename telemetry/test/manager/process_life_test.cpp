// The ways in which a process ends, forks or replaces itself, in a program of their own (life_target.cpp),
// whose spans arrive here.

#include <csignal>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include "support/memory_folder.h"
#include "support/received_spans.h"

namespace container_kit::telemetry {
namespace {

using ::testing::UnorderedElementsAre;

// AddressSanitizer's allocator (GCC 12's) has no fork handlers: in a child that was forked while another
// thread allocated, its lock stays locked for good. ThreadSanitizer knows no threads that begin in a child of
// a process with several. The plain build runs these tests.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMayForkWhileOthersAllocate = false;
#else
constexpr bool kMayForkWhileOthersAllocate = true;
#endif

class ProcessLife : public ::testing::Test {
 protected:
  // The program's wait status; a program that hangs is killed, and its status says so.
  int run(std::string scenario) {
    std::string program = CONTAINER_KIT_LIFE_TARGET;
    std::string url = receiver_.url();
    std::string dir = folder_.path();
    char* arguments[] = {program.data(), scenario.data(), url.data(), dir.data(), nullptr};
    pid_t child = 0;
    if (posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0) return -1;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > deadline) kill(child, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return status;
  }
  std::vector<test::ReceivedSpan> received() const { return test::spans_received_by(receiver_); }
  std::multiset<std::string> names() const { return test::names_of(received()); }

  test::MemoryFolder folder_;
  test::LoopbackReceiver receiver_{test::LoopbackReceiver::Manner::kAnswers};
};

bool has_attribute(const test::ReceivedSpan& span, const std::string& key) {
  return std::any_of(span.attributes().begin(), span.attributes().end(),
                     [&key](const auto& attribute) { return attribute.key() == key; });
}

TEST_F(ProcessLife, ExitDeliversWhatHadEndedAndIgnoresOpenSpans) {
  EXPECT_EQ(run("exit"), 0);
  EXPECT_THAT(names(), UnorderedElementsAre("ended"));
  EXPECT_TRUE(folder_.files().empty()) << "the flight buffer is still there";
}

TEST_F(ProcessLife, StaticsMayBeDestroyedInAnyOrder) {
  EXPECT_EQ(run("statics"), 0);
  EXPECT_THAT(names(), UnorderedElementsAre("open until a static's end", "in a static's destructor",
                                            "at the main thread's end", "of a thread", "at a thread's end"));
}

TEST_F(ProcessLife, AProcessThatLeavesByUnderscoreExitIsRecovered) {
  EXPECT_EQ(run("_exit"), 0);
  EXPECT_TRUE(received().empty());
  EXPECT_EQ(folder_.files().size(), 1U);
  EXPECT_EQ(run("export"), 0);
  EXPECT_THAT(names(), UnorderedElementsAre("ended", "open"));
  EXPECT_TRUE(folder_.files().empty());
}

TEST_F(ProcessLife, AProcessThatReplacesItselfByExecIsRecovered) {
  EXPECT_EQ(run("exec"), 0);
  const auto spans = received();
  EXPECT_THAT(test::names_of(spans), UnorderedElementsAre("ended", "open"));
  for (const test::ReceivedSpan& span : spans) {
    EXPECT_EQ(has_attribute(span, "container_kit.incomplete"), span.name() == "open");
  }
  EXPECT_TRUE(folder_.files().empty());
}

TEST_F(ProcessLife, ForksLeaveTheParentUnharmedAndTheChildrenClean) {
  if (!kMayForkWhileOthersAllocate) GTEST_SKIP() << "the sanitizer cannot follow such a fork";
  EXPECT_EQ(run("fork"), 0);
  const auto spans = received();
  const auto names = test::names_of(spans);
  EXPECT_EQ(names.count("child's own"), 20U);
  EXPECT_EQ(names.count("lost"), 0U);
  EXPECT_EQ(names.count("held by the parent"), 1U);
  EXPECT_GT(names.count("parent's"), 0U);
  EXPECT_TRUE(std::none_of(spans.begin(), spans.end(),
                           [](const auto& span) { return has_attribute(span, "intruder"); }));
}

TEST_F(ProcessLife, ForksAndRestartsDoNotHang) {
  if (!kMayForkWhileOthersAllocate) GTEST_SKIP() << "the sanitizer cannot follow such a fork";
  EXPECT_EQ(run("fork-start"), 0);
  EXPECT_EQ(names().count("child's own"), 50U);
}

TEST_F(ProcessLife, AForkedChildDoesNotKeepItsParentsBuffer) {
  EXPECT_EQ(run("fork-descriptors"), 0);
}

}  // namespace
}  // namespace container_kit::telemetry
