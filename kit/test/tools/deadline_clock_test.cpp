#include "tools/deadline_clock.h"

#include <future>

#include <gtest/gtest.h>

namespace container_kit::kit {
namespace {

using Clock = std::chrono::steady_clock;

// True once the source has been asked to stop, which a second is plenty for.
bool stops(const std::stop_source& source) {
  std::promise<void> stopped;
  const std::stop_callback when(source.get_token(), [&] { stopped.set_value(); });
  return stopped.get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready;
}

TEST(DeadlineClock, asks_those_to_stop_whose_time_has_come) {
  DeadlineClock clock;
  const std::stop_source late;
  const std::stop_source early;
  const DeadlineClock::Watch watch_late(clock, Clock::now() + std::chrono::hours(1), late);
  const DeadlineClock::Watch watch_early(clock, Clock::now() + std::chrono::milliseconds(5), early);
  EXPECT_TRUE(stops(early));
  EXPECT_FALSE(late.stop_requested());
}

TEST(DeadlineClock, forgets_who_is_done) {
  DeadlineClock clock;
  const std::stop_source done;
  { const DeadlineClock::Watch watch(clock, Clock::now() + std::chrono::milliseconds(1), done); }
  const std::stop_source later;
  const DeadlineClock::Watch watch(clock, Clock::now() + std::chrono::milliseconds(20), later);
  EXPECT_TRUE(stops(later));
}

TEST(DeadlineClock, ConcurrentWatchesEndAsTheyShould) {
  DeadlineClock clock;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&clock] {
      for (int k = 0; k < 50; ++k) {
        const std::stop_source source;
        const DeadlineClock::Watch watch(clock, Clock::now() + std::chrono::microseconds(k * 10), source);
        EXPECT_TRUE(k % 10 != 0 || stops(source));
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace container_kit::kit
