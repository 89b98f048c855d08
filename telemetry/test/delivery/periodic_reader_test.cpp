#include "delivery/periodic_reader.h"

#include <gtest/gtest.h>

namespace container_kit::telemetry::delivery {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kPatience{20};

// What is called: counts, and holds the caller where it is told to.
class Calls {
 public:
  void operator()() {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    ++ended_;
  }
  bool wait_for(int begun) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return begun_ >= begun; });
  }
  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  int ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int begun_ = 0;
  int ended_ = 0;
};

base::Deadline soon() {
  return base::Deadline::after(kPatience);
}

TEST(PeriodicReader, CallsAtItsInterval) {
  Calls calls;
  PeriodicReader reader(milliseconds(1), std::ref(calls));
  EXPECT_TRUE(calls.wait_for(5));
}

TEST(PeriodicReader, CallsWhenAskedAndOnceMoreAtTheEnd) {
  Calls calls;
  PeriodicReader reader(hours(1), std::ref(calls));
  EXPECT_TRUE(reader.wait(reader.request(), soon()));
  EXPECT_EQ(calls.ended(), 1);
  EXPECT_TRUE(reader.wait(reader.request(), soon()));
  EXPECT_EQ(calls.ended(), 2);
  reader.begin_stop();
  EXPECT_TRUE(reader.wait_stopped(soon()));
  EXPECT_EQ(calls.ended(), 3);
  EXPECT_FALSE(reader.wait(reader.request(), soon()));
}

TEST(PeriodicReader, ARequestDuringACallIsAnsweredByTheNextOne) {
  Calls calls;
  PeriodicReader reader(hours(1), std::ref(calls));
  calls.hold(true);
  const std::uint64_t first = reader.request();
  ASSERT_TRUE(calls.wait_for(1));
  const std::uint64_t second = reader.request();
  EXPECT_FALSE(reader.wait(first, base::Deadline::after(milliseconds(1))));
  calls.hold(false);
  EXPECT_TRUE(reader.wait(second, soon()));
  EXPECT_EQ(calls.ended(), 2);
}

TEST(PeriodicReader, AStopHoldsItsDeadlineWhileACallHangs) {
  Calls calls;
  PeriodicReader reader(hours(1), std::ref(calls));
  calls.hold(true);
  reader.begin_stop();
  ASSERT_TRUE(calls.wait_for(1));
  EXPECT_FALSE(reader.wait_stopped(base::Deadline::after(milliseconds(10))));
  calls.hold(false);
  EXPECT_TRUE(reader.wait_stopped(soon()));
}

TEST(PeriodicReader, RequestsFromManyThreadsAreAllAnsweredConcurrently) {
  Calls calls;
  PeriodicReader reader(milliseconds(1), std::ref(calls));
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) answered += reader.wait(reader.request(), soon()) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 200);
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
