// What a thread sleeps on until another has something for it.
//
// A futex (futex(2)) and no std::counting_semaphore: that of libstdc++ 12 looks every 64 ms instead of
// sleeping when it is given a time limit, so that it wakes a processor 16 times a second, and its thread 64
// ms late.
//
// Thread safety: any thread may raise(); one waits. Signal-safe, and safe in a forked child.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace container_kit::telemetry::base {

class WakeSignal {
 public:
  // A signal that is up already stays up, and costs no system call. What was written before is seen by the
  // thread that has waited.
  void raise() noexcept {
    if (raised_.exchange(1, std::memory_order_acq_rel) == 0) notify();
  }

  // Until the signal is raised, or `deadline`. Takes it down.
  void wait_until(std::chrono::steady_clock::time_point deadline) noexcept;

 private:
  void notify() noexcept;

  std::atomic<std::uint32_t> raised_{0};
};

}  // namespace container_kit::telemetry::base
