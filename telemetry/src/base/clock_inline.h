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

inline std::int64_t Clock::Calibration::after(std::uint64_t elapsed) const noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide scaled = static_cast<Wide>(elapsed) * scale.load(std::memory_order_acquire);
  return base_ns.load(std::memory_order_acquire) +
         static_cast<std::int64_t>(static_cast<std::uint64_t>(scaled >> kScaleShift));
}

// A calibration is written before current_ names it (release/acquire) and not touched again until seven more
// have been made. Its fields are stored with release and loaded with acquire, so that whoever sees a field of
// a later calibration also sees that current_ has moved on: the second load finds out whether a thread slept
// that long.
inline std::int64_t Clock::scaled_now(std::uint32_t current) const noexcept {
  for (;;) {
    const Calibration& calibration = calibrations_[current % kCalibrations];
    const std::uint64_t elapsed =
        read_time_stamp_counter() - calibration.base_counter.load(std::memory_order_acquire);
    const std::int64_t result = calibration.after(elapsed);
    const std::uint32_t after = current_.load(std::memory_order_relaxed);
    if (after - current < kCalibrations - 1) [[likely]] {
      return result;
    }
    current = after;
  }
}

inline std::int64_t Clock::at_counter(std::uint64_t counter) const noexcept {
  const std::uint32_t current = current_.load(std::memory_order_acquire);
  if (current == 0) [[unlikely]]
    return 0;
  const Calibration& calibration = calibrations_[current % kCalibrations];
  const std::uint64_t elapsed = counter - calibration.base_counter.load(std::memory_order_acquire);
  const std::int64_t result = calibration.after(elapsed);
  // Not for a reading from before the calibration's base, nor from one that was overwritten meanwhile.
  const std::uint32_t passed = current_.load(std::memory_order_relaxed) - current;
  const bool known = static_cast<std::int64_t>(elapsed) >= 0 && passed < kCalibrations - 1;
  return known ? result : 0;
}

}  // namespace container_kit::telemetry::base
