// The processor's time-stamp counter.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>

namespace container_kit::telemetry::base {

inline std::uint64_t read_time_stamp_counter() noexcept {
  return __rdtsc();
}

}  // namespace container_kit::telemetry::base
#else
namespace container_kit::telemetry::base {

// No clock is calibrated, and so none reads it, where Clock::best_source() is not the counter.
inline std::uint64_t read_time_stamp_counter() noexcept {
  return 0;
}

}  // namespace container_kit::telemetry::base
#endif
