// What the process uses of its machine, asked for at each collection: the guide's system_* metrics.
//
//   system_memory_usage_bytes, system_cpu_usage_percent, system_threads_count, system_open_fds,
//   system_goroutines_count, process_start_time_seconds
//
// The values come from /proc/self. Where one cannot be read, its series is missing, not 0. The earlier Go
// version counted goroutines; here the count is of coroutines and tasks alive, which whoever runs them keeps
// with TaskCount.
//
// Thread safety: everything may be called from any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include <container_kit/telemetry/meter.h>

namespace container_kit::telemetry {

// Counts one coroutine or task for as long as it lives: a member of the task, or of the coroutine's frame.
class TaskCount {
 public:
  TaskCount() noexcept { alive_.fetch_add(1, std::memory_order_relaxed); }
  TaskCount(const TaskCount&) noexcept : TaskCount() {}
  TaskCount& operator=(const TaskCount&) noexcept = default;
  ~TaskCount() { alive_.fetch_sub(1, std::memory_order_relaxed); }

  static std::int64_t alive() noexcept { return alive_.load(std::memory_order_relaxed); }

 private:
  inline static std::atomic<std::int64_t> alive_{0};  // NOLINT(readability-identifier-naming)
};

// Makes the metrics of this process in the meter. Once for a provider.
void observe_process(Meter& meter) noexcept;

}  // namespace container_kit::telemetry
