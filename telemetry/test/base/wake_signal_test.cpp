#include "base/wake_signal.h"

#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace container_kit::telemetry::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(WakeSignal, RaisedBeforeItIsWaitedForIsSeenOnce) {
  WakeSignal signal;
  signal.raise();
  signal.raise();
  signal.wait_until(steady_clock::time_point::max());
  const auto limit = steady_clock::now() + milliseconds(5);
  signal.wait_until(limit);
  EXPECT_GE(steady_clock::now(), limit);
}

TEST(WakeSignal, ATimeThatHasPassedIsNotWaitedFor) {
  WakeSignal signal;
  signal.wait_until(steady_clock::now());
  signal.wait_until(steady_clock::time_point{});
  signal.wait_until(steady_clock::time_point::min());
}

TEST(WakeSignal, SleepsUntilItsTimeWithoutWakingUp) {
  WakeSignal signal;
  const auto switches = [] {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
  };
  const auto before = switches();
  const auto limit = steady_clock::now() + milliseconds(300);
  signal.wait_until(limit);
  EXPECT_GE(steady_clock::now(), limit);
  EXPECT_LE(switches() - before, 3);
}

// Each hands the other a number that only the signal makes visible; the processor hardly ever waits for the
// limit, or this would take hours.
TEST(WakeSignal, ConcurrentThreadsHandOnWhatTheyWrote) {
  constexpr int kRounds = 20'000;
  WakeSignal there;
  WakeSignal back;
  int number = 0;
  std::thread other([&] {
    for (int round = 0; round < kRounds; ++round) {
      there.wait_until(steady_clock::now() + std::chrono::hours(1));
      ++number;
      back.raise();
    }
  });
  for (int round = 0; round < kRounds; ++round) {
    ++number;
    there.raise();
    back.wait_until(steady_clock::now() + std::chrono::hours(1));
  }
  other.join();
  EXPECT_EQ(number, 2 * kRounds);
}

}  // namespace
}  // namespace container_kit::telemetry::base
