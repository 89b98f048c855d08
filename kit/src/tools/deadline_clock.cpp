#include "tools/deadline_clock.h"

namespace container_kit::kit {

DeadlineClock::~DeadlineClock() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

DeadlineClock& DeadlineClock::shared() {
  static DeadlineClock clock;
  return clock;
}

DeadlineClock::Watch::Watch(DeadlineClock& clock, TimePoint when, std::stop_source source)
    : clock_(clock), source_(std::move(source)) {
  bool is_first = false;
  {
    const std::lock_guard lock(clock_.mutex_);
    entry_ = clock_.waiting_.emplace(when, this);
    is_first = entry_ == clock_.waiting_.begin();
    if (!clock_.thread_.joinable())
      clock_.thread_ = std::thread([this_clock = &clock_] { this_clock->run(); });
  }
  if (is_first) clock_.changed_.notify_one();
}

DeadlineClock::Watch::~Watch() {
  const std::lock_guard lock(clock_.mutex_);
  clock_.waiting_.erase(entry_);
}

std::stop_source DeadlineClock::take_first() {
  Watch* watch = waiting_.begin()->second;
  waiting_.erase(waiting_.begin());
  watch->entry_ = waiting_.emplace(TimePoint::max(), watch);
  return watch->source_;
}

void DeadlineClock::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto next = waiting_.empty() ? TimePoint::max() : waiting_.begin()->first;
    if (next == TimePoint::max()) {
      changed_.wait(lock);
    } else if (std::chrono::steady_clock::now() < next) {
      changed_.wait_until(lock, next);
    } else {
      std::stop_source source = take_first();
      lock.unlock();
      source.request_stop();  // runs callbacks that may take locks of their own
      lock.lock();
    }
  }
}

}  // namespace container_kit::kit
