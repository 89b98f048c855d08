// The hot half of clock.h, by processor.
#pragma once

#if defined(__x86_64__)
#include <x86intrin.h>

namespace container_kit::telemetry::base {

inline std::uint64_t read_time_stamp_counter() noexcept {
  return __rdtsc();
}

}  // namespace container_kit::telemetry::base
#else
namespace container_kit::telemetry::base {

// Never calibrated, and so never read, where best_source() is not the counter.
inline std::uint64_t read_time_stamp_counter() noexcept {
  return 0;
}

}  // namespace container_kit::telemetry::base
#endif

namespace container_kit::telemetry::base {

// A calibration is written before current_ names it (release/acquire) and not touched again until seven more
// have been made. Its fields are stored with release and loaded with acquire, so that whoever sees a field of
// a later calibration also sees that current_ has moved on: the second load finds out whether a thread slept
// that long.
inline std::int64_t Clock::scaled_now(std::uint32_t current) const noexcept {
  for (;;) {
    const Calibration& calibration = calibrations_[current % kCalibrations];
    const std::uint64_t elapsed =
        read_time_stamp_counter() - calibration.base_counter.load(std::memory_order_acquire);
    __extension__ using Wide = unsigned __int128;
    const Wide scaled = static_cast<Wide>(elapsed) * calibration.scale.load(std::memory_order_acquire);
    const std::int64_t result = calibration.base_ns.load(std::memory_order_acquire) +
                                static_cast<std::int64_t>(static_cast<std::uint64_t>(scaled >> kScaleShift));
    const std::uint32_t after = current_.load(std::memory_order_relaxed);
    if (after - current < kCalibrations - 1) [[likely]] {
      return result;
    }
    current = after;
  }
}

}  // namespace container_kit::telemetry::base
