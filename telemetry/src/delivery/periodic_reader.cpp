#include "delivery/periodic_reader.h"

#include <utility>

namespace container_kit::telemetry::delivery {

PeriodicReader::PeriodicReader(std::chrono::milliseconds interval, std::function<void()> collect)
    : interval_(interval), collect_(std::move(collect)), thread_([this] { run(); }) {}

PeriodicReader::~PeriodicReader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = abandoned_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void PeriodicReader::run() {
  std::unique_lock lock(mutex_);
  for (bool last = false; !last;) {
    const base::Deadline due = base::Deadline::after(interval_);
    changed_.wait_until(lock, due.at(), [this] { return stopping_ || wanted_ != done_; });
    last = stopping_;
    if (abandoned_) break;
    const std::uint64_t wanted = wanted_;
    lock.unlock();
    collect_();
    lock.lock();
    done_ = wanted;
    changed_.notify_all();
  }
  stopped_ = true;
  changed_.notify_all();
}

std::uint64_t PeriodicReader::request() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
  return ++wanted_;
}

bool PeriodicReader::wait(std::uint64_t request, base::Deadline deadline) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline.at(), [&] { return done_ >= request || stopped_; });
  return done_ >= request;
}

void PeriodicReader::begin_stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

bool PeriodicReader::wait_stopped(base::Deadline deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline.at(), [this] { return stopped_; });
}

}  // namespace container_kit::telemetry::delivery
