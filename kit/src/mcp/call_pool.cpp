#include "mcp/call_pool.h"

#include <container_kit/telemetry/process_metrics.h>

namespace container_kit::kit::mcp {

CallPool::CallPool(unsigned threads, std::size_t queued) : queued_(queued) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

CallPool::~CallPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool CallPool::run(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= queued_) return false;
    waiting_.push_back(std::move(job));
  }
  changed_.notify_all();
  return true;
}

bool CallPool::wait_until_idle(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return waiting_.empty() && running_ == 0; });
}

void CallPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const auto job = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    lock.unlock();
    {
      const telemetry::TaskCount alive;
      job();
    }
    lock.lock();
    --running_;
    changed_.notify_all();
  }
}

}  // namespace container_kit::kit::mcp
