#include "base/clock.h"

#include "base/clock_sample.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace container_kit::telemetry::base {
namespace {

#if defined(__x86_64__)
// CPUID 8000_0007h, EDX bit 8: the counter runs at one rate in all power states.
bool has_invariant_counter() noexcept {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) != 0 && (edx & (1U << 8)) != 0;
}
#else
bool has_invariant_counter() noexcept {
  return false;
}
#endif

constexpr std::int64_t kShortest = 1'000'000;  // between two samples

}  // namespace

Clock::Source Clock::best_source() noexcept {
  return has_invariant_counter() ? Source::kTimeStampCounter : Source::kSystem;
}

void Clock::calibrate() noexcept {
  if (source_ != Source::kTimeStampCounter) return;
  const ClockSample sample = take_sample(system_now);
  const std::uint64_t counted = sample.counter - last_counter_;
  const std::int64_t passed = sample.ns - last_ns_;
  const bool first = last_counter_ == 0;
  if (!first && passed >= 0 && passed < kShortest) return;  // too short to tell a rate by
  last_counter_ = sample.counter;
  last_ns_ = sample.ns;
  const Calibration* const current = current_.load(std::memory_order_relaxed);
  std::uint64_t scale = current != nullptr ? current->scale.load(std::memory_order_relaxed) : 0;
  // A clock that was set makes the interval worthless: the rate stays, only the offset moves.
  if (!first && counted > 0 && passed > 0) {
    __extension__ using Wide = unsigned __int128;
    const auto measured = static_cast<std::uint64_t>((static_cast<Wide>(passed) << kScaleShift) / counted);
    const bool plausible = scale == 0 || (measured > scale - scale / 100 && measured < scale + scale / 100);
    if (plausible) scale = measured;
  }
  if (scale == 0) return;
  Calibration& calibration = calibrations_[calibrated_++ % kCalibrations];
  calibration.scale.store(scale, std::memory_order_relaxed);
  calibration.offset.store(sample.ns - scaled(sample.counter, scale), std::memory_order_relaxed);
  current_.store(&calibration, std::memory_order_release);
}

}  // namespace container_kit::telemetry::base
