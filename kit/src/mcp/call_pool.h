// Threads for calls that block, and how many may wait for one.
//
// Thread safety: every member. Jobs must not throw.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace container_kit::kit::mcp {

class CallPool {
 public:
  CallPool(unsigned threads, std::size_t queued);
  // Waits for the jobs that run; those that wait are not begun any more.
  ~CallPool();
  CallPool(const CallPool&) = delete;
  CallPool& operator=(const CallPool&) = delete;

  // False where too many are waiting already.
  bool run(std::function<void()> job);
  // False where some were still running after `patience`.
  bool wait_until_idle(std::chrono::milliseconds patience);

 private:
  void work();

  const std::size_t queued_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace container_kit::kit::mcp
