#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/coroutine.h>

#include "support/numbered_context.h"

namespace container_kit::telemetry {
namespace {

using test::context_number;
using test::current_number;
using ::testing::ElementsAre;

// Suspended coroutines, resumed by whoever calls resume_one().
class Parking {
 public:
  struct Place {
    Parking& parking;
    bool await_ready() const noexcept { return false; }
    // Once the handle is there for others, this object, which lies in the coroutine's frame, may be gone.
    void await_suspend(std::coroutine_handle<> handle) const {
      Parking& shared = parking;
      {
        const std::lock_guard lock(shared.mutex_);
        shared.waiting_.push_back(handle);
      }
      shared.changed_.notify_one();
    }
    void await_resume() const noexcept {}
  };
  Place park() { return Place{*this}; }

  void resume_one() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty(); });
    const std::coroutine_handle<> handle = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    handle.resume();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::coroutine_handle<>> waiting_;
};

// Begins at once and runs by itself; its promise is a user's own, made of the mixin.
struct Detached {
  struct promise_type : ContextPromise {  // NOLINT(readability-identifier-naming): the language names it
    Detached get_return_object() noexcept {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    auto initial_suspend() noexcept { return carry(std::suspend_never{}); }
    std::suspend_always final_suspend() noexcept {
      leave();
      return {};
    }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Detached two_scopes(Parking& parking, int number, std::vector<int>& seen) {
  seen.push_back(current_number());
  const ContextScope outer{context_number(static_cast<std::uint8_t>(number))};
  co_await parking.park();
  seen.push_back(current_number());
  {
    const ContextScope inner{context_number(static_cast<std::uint8_t>(number + 1))};
    co_await parking.park();
    seen.push_back(current_number());
  }
  co_await parking.park();
  seen.push_back(current_number());
}

TEST(Coroutine, TwoInterleavedOnOneThreadNeverSeeEachOthers) {
  Parking parking;
  std::vector<int> first;
  std::vector<int> second;
  const ContextScope mine{context_number(9)};
  const Detached one = two_scopes(parking, 10, first);
  const Detached two = two_scopes(parking, 20, second);
  for (int step = 0; step < 6; ++step) {
    EXPECT_EQ(current_number(), 9);
    parking.resume_one();
  }
  EXPECT_EQ(current_number(), 9);
  EXPECT_THAT(first, ElementsAre(9, 10, 11, 10));
  EXPECT_THAT(second, ElementsAre(9, 20, 21, 20));
  one.handle.destroy();
  two.handle.destroy();
}

TEST(Coroutine, FollowsOntoOtherThreads) {
  Parking parking;
  std::vector<int> seen;
  const Detached coroutine = [&] {
    const ContextScope mine{context_number(9)};
    return two_scopes(parking, 10, seen);
  }();
  for (int step = 0; step < 3; ++step) {
    std::thread([&parking] {
      const ContextScope other{context_number(77)};
      parking.resume_one();
      EXPECT_EQ(current_number(), 77);
    }).join();
  }
  EXPECT_THAT(seen, ElementsAre(9, 10, 11, 10));
  coroutine.handle.destroy();
}

// What is destroyed while it is suspended leaves the thread of its destroyer alone.
TEST(Coroutine, CanBeDestroyedWhileItIsSuspended) {
  Parking parking;
  std::vector<int> seen;
  const Detached coroutine = two_scopes(parking, 10, seen);
  parking.resume_one();
  const ContextScope mine{context_number(9)};
  coroutine.handle.destroy();
  EXPECT_EQ(current_number(), 9);
}

Task<int> number_of(Parking& parking) {
  co_await parking.park();
  co_return current_number();
}

Task<int> below(Parking& parking, std::uint8_t number) {
  const ContextScope scope{context_number(number)};
  const int inner = co_await number_of(parking);
  co_return 100 * inner + current_number();
}

TEST(Task, IsInTheContextOfWhoCalledIt) {
  Parking parking;
  std::thread other([&parking] { parking.resume_one(); });
  const ContextScope mine{context_number(9)};
  EXPECT_EQ(sync_wait(below(parking, 5)), 505);
  EXPECT_EQ(current_number(), 9);
  other.join();
}

// Neither waits: both ways of not being suspended.
struct Ready {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const { return current_number(); }
};
struct NotAfterAll {
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) const noexcept { return false; }
  int await_resume() const { return current_number(); }
};
struct ThrowsOnSuspend {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const { throw std::runtime_error("no room"); }
  void await_resume() const noexcept {}
};
struct HasOperator {
  Ready operator co_await() const noexcept { return {}; }
};

Task<std::vector<int>> awaits_all() {
  const ContextScope scope{context_number(3)};
  std::vector<int> seen;
  seen.push_back(co_await Ready{});
  seen.push_back(co_await NotAfterAll{});
  const HasOperator named;
  seen.push_back(co_await named);
  try {
    co_await ThrowsOnSuspend{};
  } catch (const std::runtime_error&) {
    seen.push_back(current_number());
  }
  co_return seen;
}

TEST(Task, StaysInItsContextWhereItIsNotSuspended) {
  EXPECT_THAT(sync_wait(awaits_all()), ElementsAre(3, 3, 3, 3));
  EXPECT_EQ(current_number(), 0);
}

Task<> fails() {
  const ContextScope scope{context_number(3)};
  co_await Ready{};
  throw std::runtime_error("failed");
}

Task<int> catches() {
  const ContextScope scope{context_number(4)};
  try {
    co_await fails();
  } catch (const std::runtime_error&) {
    co_return current_number();
  }
  co_return -1;
}

TEST(Task, ThrowsThroughAndComesBack) {
  EXPECT_THROW(sync_wait(fails()), std::runtime_error);
  EXPECT_EQ(current_number(), 0);
  EXPECT_EQ(sync_wait(catches()), 4);
}

Task<int&> reference(int& value) {
  co_return value;
}

TEST(Task, GivesWhatItReturns) {
  int value = 1;
  EXPECT_EQ(&sync_wait(reference(value)), &value);
  const auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  EXPECT_EQ(*sync_wait(make()), 7);
  { const auto never_awaited = make(); }
}

Task<int> hops(std::vector<Parking>& threads, std::uint8_t number) {
  const ContextScope scope{context_number(number)};
  int wrong = 0;
  for (int hop = 0; hop < 50; ++hop) {
    const auto at = static_cast<std::size_t>(hop + number) % threads.size();
    const int inner = co_await number_of(threads[at]);
    wrong += static_cast<int>(inner != number || current_number() != number);
  }
  co_return wrong;
}

TEST(Task, ConcurrentOnesHopBetweenThreadsWithTheirOwn) {
  constexpr std::uint8_t kTasks = 3;
  constexpr int kResumptionsEach = 50 * kTasks / 2;
  std::vector<Parking> threads(2);
  std::vector<std::thread> running;
  for (Parking& parking : threads) {
    running.emplace_back([&parking] {
      const ContextScope own{context_number(200)};
      for (int count = 0; count < kResumptionsEach; ++count) {
        parking.resume_one();
        EXPECT_EQ(current_number(), 200);
      }
    });
  }
  std::array<int, kTasks> wrong{};
  for (std::uint8_t task = 0; task < kTasks; ++task) {
    running.emplace_back(
        [&, task] { wrong.at(task) = sync_wait(hops(threads, static_cast<std::uint8_t>(task + 1))); });
  }
  for (std::thread& thread : running) thread.join();
  EXPECT_THAT(wrong, ElementsAre(0, 0, 0));
}

}  // namespace
}  // namespace container_kit::telemetry
