#include "base/wake_signal.h"

#include <cerrno>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace container_kit::telemetry::base {
namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t) &&
              std::atomic<std::uint32_t>::is_always_lock_free);

// The steady clock is CLOCK_MONOTONIC, which is what FUTEX_WAIT_BITSET takes.
timespec to_timespec(std::chrono::steady_clock::time_point at) noexcept {
  const auto since_start =
      std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (since_start <= 0) return {};
  return {static_cast<std::time_t>(since_start / kSecond), static_cast<long>(since_start % kSecond)};
}

}  // namespace

void WakeSignal::wait_until(std::chrono::steady_clock::time_point deadline) noexcept {
  const timespec limit = to_timespec(deadline);
  while (raised_.load(std::memory_order_relaxed) == 0) {
    const long result =
        ::syscall(SYS_futex, &raised_, FUTEX_WAIT_BITSET_PRIVATE, 0, &limit, nullptr, FUTEX_BITSET_MATCH_ANY);
    if (result != 0 && errno != EAGAIN && errno != EINTR) break;  // ETIMEDOUT
  }
  // Reads the last raise(), so that what it was raised for is seen, even where it comes this late.
  raised_.exchange(0, std::memory_order_acq_rel);
}

void WakeSignal::notify() noexcept {
  ::syscall(SYS_futex, &raised_, FUTEX_WAKE_PRIVATE, 1);
}

}  // namespace container_kit::telemetry::base
