#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include <container_kit/telemetry/bind_context.h>

#include "support/numbered_context.h"

namespace container_kit::telemetry {
namespace {

using test::context_number;
using test::current_number;

TEST(BindContext, CallsInTheContextInWhichItWasMade) {
  const auto bound = [] {
    const ContextScope scope{context_number(1)};
    return bind_context([](int add) { return current_number() + add; });
  }();
  const ContextScope scope{context_number(7)};
  EXPECT_EQ(bound(10), 11);
  EXPECT_EQ(current_number(), 7);
  EXPECT_EQ(bind_context(context_number(3), &current_number)(), 3);
}

TEST(BindContext, LeavesTheThreadsContextWhenItThrows) {
  const auto bound = bind_context(context_number(1), [] { throw std::runtime_error("no"); });
  const ContextScope scope{context_number(7)};
  EXPECT_THROW(bound(), std::runtime_error);
  EXPECT_EQ(current_number(), 7);
}

struct Counter {
  int count = 0;
  int operator()() & { return ++count; }
  int operator()() const& { return -1; }
  int operator()() && { return -2; }
};

TEST(BindContext, KeepsTheFunctionsValueCategory) {
  auto bound = bind_context(Counter{});
  EXPECT_EQ(bound(), 1);
  EXPECT_EQ(bound(), 2);
  EXPECT_EQ(std::as_const(bound)(), -1);
  EXPECT_EQ(std::move(bound)(), -2);
}

TEST(BindContext, TakesMemberFunctionsAndReferences) {
  int value = 5;
  int& same = bind_context([&value]() -> int& { return value; })();
  EXPECT_EQ(&same, &value);
  EXPECT_EQ(bind_context(&std::string::size)(std::string("four")), 4U);
}

// What a bound function can do is what its function can.
auto take_pointer = [owned = std::make_unique<int>(4)]() noexcept { return *owned; };
struct TakesAnything {
  void operator()(auto&&...) const {}
};
using MoveOnly = decltype(bind_context(std::move(take_pointer)));
using Anything = decltype(bind_context(TakesAnything()));
static_assert(!std::is_copy_constructible_v<MoveOnly> && std::is_nothrow_move_constructible_v<MoveOnly>);
static_assert(std::is_nothrow_invocable_v<MoveOnly&> && !std::is_nothrow_invocable_v<Anything&>);
static_assert(!std::is_invocable_v<MoveOnly&, int> && std::is_invocable_v<Anything&, int>);
static_assert(noexcept(bind_context(std::move(take_pointer))));

TEST(BindContext, TakesFunctionsThatCanOnlyBeMoved) {
  const ContextScope scope{context_number(2)};
  auto owned = std::make_unique<int>(40);
  auto bound = bind_context([owned = std::move(owned)] { return *owned + current_number(); });
  EXPECT_EQ(std::async(std::launch::async, std::move(bound)).get(), 42);
}

TEST(BindContext, FollowsThreads) {
  const ContextScope scope{context_number(2)};
  int seen = 0;
  make_thread([&seen](int add) { seen = current_number() + add; }, 10).join();
  EXPECT_EQ(seen, 12);
  EXPECT_EQ(
      make_async([](std::unique_ptr<int> add) { return current_number() + *add; }, std::make_unique<int>(5))
          .get(),
      7);
  EXPECT_EQ(make_async(std::launch::deferred, &current_number).get(), 2);
}

TEST(BindContext, HandsAStopTokenToJthreads) {
  const ContextScope scope{context_number(2)};
  int seen = 0;
  int without = 0;
  bool was_stopped = false;
  {
    std::jthread watcher = make_jthread(
        [&](const std::stop_token& stop, int add) {
          std::mutex mutex;
          std::unique_lock lock(mutex);
          std::condition_variable_any().wait(lock, stop, [] { return false; });
          was_stopped = stop.stop_requested();
          seen = current_number() + add;
        },
        1);
    const std::jthread plain = make_jthread([&without] { without = current_number(); });
  }
  EXPECT_TRUE(was_stopped);
  EXPECT_EQ(seen, 3);
  EXPECT_EQ(without, 2);
}

// A pool as programs have one, which knows nothing of contexts.
class Pool {
 public:
  explicit Pool(int threads) {
    for (int index = 0; index < threads; ++index) {
      threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
  }
  void post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
  }

 private:
  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return !tasks_.empty(); })) {
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::jthread> threads_;
};

TEST(BindContext, ConcurrentTasksOfAPoolEachHaveTheirOwn) {
  constexpr int kTasks = 200;
  std::array<int, kTasks> seen{};
  std::atomic<int> left_behind{0};
  {
    Pool pool(3);
    for (int task = 0; task < kTasks; ++task) {
      const ContextScope scope{context_number(static_cast<std::uint8_t>(task + 1))};
      pool.post(bind_context([&seen, &pool, &left_behind, task] {
        const auto at = static_cast<std::size_t>(task);
        seen[at] = current_number();
        pool.post([&left_behind] { left_behind += current_number(); });  // not bound
      }));
    }
  }
  for (int task = 0; task < kTasks; ++task) EXPECT_EQ(seen[static_cast<std::size_t>(task)], task + 1);
  EXPECT_EQ(left_behind, 0);
}

}  // namespace
}  // namespace container_kit::telemetry
