// Runs the callbacks of observable instruments on a thread of its own, and waits for each no longer than
// allowed.
//
// Thread safety: add() from any thread; run_all() and stop() by one thread at a time.
// Ownership: owns the callbacks. A thread whose callback hangs is detached; it shares what it may still
// touch.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <container_kit/telemetry/observable.h>

#include "metrics/problems.h"
#include "metrics/stream.h"

namespace container_kit::telemetry::metrics {

struct Observation {
  Stream* stream;
  Series* series;
  std::uint64_t bits;
};

// Where a callback's values wait until it has returned in time. Closed, it takes none.
class Staging {
 public:
  template <typename T>
  void put(const std::weak_ptr<detail::Instrument>& instrument, T value, Attributes attributes) noexcept;
  // From now on put() does nothing; what was put is handed over.
  std::vector<Observation> close();

 private:
  std::mutex mutex_;
  bool closed_ = false;
  std::vector<Observation> observations_;
};

class Callbacks {
 public:
  Callbacks(Problems& problems, std::chrono::milliseconds deadline)
      : problems_(problems), deadline_(deadline) {}
  ~Callbacks() { stop(); }
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;

  void add(std::string name, ObservationCallback callback);
  // Calls each callback that has never hung, and `apply` with what it observed. False where one failed.
  bool run_all(const std::function<void(const std::vector<Observation>&)>& apply);
  // Ends the thread, or leaves it behind where a callback hangs, and drops the callbacks.
  void stop() noexcept;

 private:
  struct Callback;
  struct Job;
  struct Worker;

  // Null where the callback did not return in time or threw.
  std::shared_ptr<Staging> run(const std::shared_ptr<Callback>& callback);

  Problems& problems_;
  const std::chrono::milliseconds deadline_;
  std::mutex mutex_;  // guards callbacks_
  std::vector<std::shared_ptr<Callback>> callbacks_;
  std::shared_ptr<Worker> worker_;
};

}  // namespace container_kit::telemetry::metrics
