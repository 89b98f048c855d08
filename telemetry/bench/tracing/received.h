// What the exporters of both sides do with a batch: count it, turn it into the request that would be sent
// where that is part of the row, keep a sample, and discard it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace container_kit::telemetry::bench {

// Which work a row is about.
enum class Exporting {
  kHeld,      // the calling thread's alone: exporters wait until the burst is over
  kRequests,  // all of it: exporters serialise each batch as the request that they would send
};

// The peer's exporter passes it before each batch; ours is not woken.
class Gate {
 public:
  void close() { set(false); }
  void open() { set(true); }
  void pass() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
  }

 private:
  void set(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    opened_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = true;
};

// Written by the exporter thread, read once it has been flushed.
class Received {
 public:
  void add(std::uint64_t spans) { count_.fetch_add(spans, std::memory_order_relaxed); }
  std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }

  // The next batch is kept as a request's bytes.
  void want_sample() { sample_wanted_.store(true); }
  bool take_sample_wanted() {
    return sample_wanted_.load(std::memory_order_relaxed) && sample_wanted_.exchange(false);
  }
  void keep_sample(std::string request) {
    const std::lock_guard lock(mutex_);
    sample_ = std::move(request);
  }
  std::string sample() {
    const std::lock_guard lock(mutex_);
    return sample_;
  }

 private:
  std::atomic<std::uint64_t> count_{0};
  std::atomic<bool> sample_wanted_{false};
  std::mutex mutex_;
  std::string sample_;
};

}  // namespace container_kit::telemetry::bench
