// PeriodicReader: calls a function at an interval, when somebody asks for it, and once more at the end, on a
// thread of its own (OpenTelemetry specification, "Periodic exporting MetricReader").
//
// Calls never overlap. After a call that took longer than the interval the next one comes an interval later.
//
// Thread safety: every member function from any thread, but for the destructor.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "base/deadline.h"

namespace container_kit::telemetry::delivery {

class PeriodicReader {
 public:
  PeriodicReader(std::chrono::milliseconds interval, std::function<void()> collect);
  // Waits for the call that is under way; makes none of its own.
  ~PeriodicReader();
  PeriodicReader(const PeriodicReader&) = delete;
  PeriodicReader& operator=(const PeriodicReader&) = delete;

  // Asks for a call that begins from now on, to be waited for with wait().
  std::uint64_t request();
  // False: the deadline passed, or there was no such call because of a stop.
  bool wait(std::uint64_t request, base::Deadline deadline);
  // One call more, and no further ones.
  void begin_stop();
  // False: the last call has not returned by the deadline.
  bool wait_stopped(base::Deadline deadline);

 private:
  void run();

  const std::chrono::milliseconds interval_;
  const std::function<void()> collect_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::uint64_t wanted_ = 0;
  std::uint64_t done_ = 0;
  bool stopping_ = false;
  bool abandoned_ = false;  // no last call
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace container_kit::telemetry::delivery
