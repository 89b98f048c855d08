#include "base/clock.h"

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

struct Sample {
  std::uint64_t counter;
  std::int64_t ns;
};

// Of several tries, the one in which the least time passed between the two readings of the counter.
Sample take_sample() noexcept {
  Sample best{};
  std::uint64_t narrowest = ~std::uint64_t{0};
  for (int attempt = 0; attempt < 8; ++attempt) {
    const std::uint64_t before = read_time_stamp_counter();
    const std::int64_t ns = system_now();
    const std::uint64_t width = read_time_stamp_counter() - before;
    if (width < narrowest) {
      narrowest = width;
      best = {before + width / 2, ns};
    }
  }
  return best;
}

}  // namespace

Clock::Source Clock::best_source() noexcept {
  return has_invariant_counter() ? Source::kTimeStampCounter : Source::kSystem;
}

void Clock::calibrate() noexcept {
  if (source_ != Source::kTimeStampCounter) return;
  const Sample sample = take_sample();
  const std::uint64_t counted = sample.counter - last_counter_;
  const std::int64_t passed = sample.ns - last_ns_;
  const bool first = last_counter_ == 0;
  last_counter_ = sample.counter;
  last_ns_ = sample.ns;
  const std::uint32_t current = current_.load(std::memory_order_relaxed);
  std::uint64_t scale = calibrations_[current % kCalibrations].scale.load(std::memory_order_relaxed);
  // A clock that was set makes the interval worthless: the rate stays, only the base moves.
  const bool usable = !first && counted > 0 && passed > 1'000'000;
  __extension__ using Wide = unsigned __int128;
  if (usable) {
    const auto measured = static_cast<std::uint64_t>((static_cast<Wide>(passed) << kScaleShift) / counted);
    const bool plausible = scale == 0 || (measured > scale - scale / 100 && measured < scale + scale / 100);
    if (plausible) scale = measured;
  }
  if (scale == 0) return;
  std::uint32_t next = current + 1;
  if (next == 0) next = kCalibrations;  // 0 means none
  Calibration& calibration = calibrations_[next % kCalibrations];
  const auto behind = static_cast<std::int64_t>((static_cast<Wide>(kBehind) * scale) >> kScaleShift);
  calibration.base_counter.store(sample.counter - kBehind, std::memory_order_release);
  calibration.base_ns.store(sample.ns - behind, std::memory_order_release);
  calibration.scale.store(scale, std::memory_order_release);
  current_.store(next, std::memory_order_release);
}

}  // namespace container_kit::telemetry::base
