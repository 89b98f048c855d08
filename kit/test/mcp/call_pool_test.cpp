#include "mcp/call_pool.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace container_kit::kit::mcp {
namespace {

TEST(CallPool, refuses_what_would_wait_too_long) {
  std::promise<void> gate;
  const auto open = gate.get_future().share();
  CallPool pool(1, 1);
  std::promise<void> begun;
  ASSERT_TRUE(pool.run([&] {
    begun.set_value();
    open.wait();
  }));
  begun.get_future().wait();
  EXPECT_TRUE(pool.run([] {}));
  EXPECT_FALSE(pool.run([] {}));
  EXPECT_FALSE(pool.wait_until_idle(std::chrono::milliseconds(1)));
  gate.set_value();
  EXPECT_TRUE(pool.wait_until_idle(std::chrono::seconds(5)));
}

TEST(CallPool, ConcurrentJobsAllRun) {
  std::atomic<int> done{0};
  CallPool pool(3, 1'000);
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] {
      for (int k = 0; k < 100; ++k) EXPECT_TRUE(pool.run([&] { ++done; }));
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_TRUE(pool.wait_until_idle(std::chrono::seconds(5)));
  EXPECT_EQ(done, 300);
}

}  // namespace
}  // namespace container_kit::kit::mcp
