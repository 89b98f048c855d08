// The one clock: Unix time in nanoseconds.
//
// Where the processor's time-stamp counter is invariant it is read directly and scaled by a calibration that
// the exporter thread renews about once a second (calibrate()); elsewhere, and before the first calibration,
// it is clock_gettime(CLOCK_REALTIME). Tests inject ManualClock.
//
// Thread safety: now() from any thread, wait-free but for a retry when seven calibrations passed during one
// read. calibrate() from one thread at a time.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <ctime>

namespace container_kit::telemetry::base {

inline std::int64_t system_now() noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

class Clock {
 public:
  enum class Source { kSystem, kTimeStampCounter, kManual };

  explicit Clock(Source source) noexcept : source_(source) {}
  // The best source that this machine has; the environment of tests and benches may choose another.
  static Source best_source() noexcept;

  std::int64_t now() const noexcept {
    const std::uint32_t current = current_.load(std::memory_order_acquire);
    if (current != 0) [[likely]] {
      return scaled_now(current);
    }
    return source_ == Source::kManual ? manual_.load(std::memory_order_relaxed) : system_now();
  }

  // The time at which the time-stamp counter read `counter`, a moment ago; 0 where this clock does not go by
  // the counter, or can not tell.
  std::int64_t at_counter(std::uint64_t counter) const noexcept;

  Source source() const noexcept { return source_; }
  bool is_calibrated() const noexcept { return current_.load(std::memory_order_relaxed) != 0; }
  // Takes one sample of counter and system time; from the second on, now() uses the counter. Cheap; call it
  // at intervals of 10 ms to a few seconds.
  void calibrate() noexcept;

  // Only for a manual clock.
  void set(std::int64_t unix_nanoseconds) noexcept {
    manual_.store(unix_nanoseconds, std::memory_order_relaxed);
  }

 private:
  // ns = base_ns + ((counter - base_counter) * scale >> kScaleShift). The base lies kBehind ticks before the
  // sample, so that a processor whose counter is a little behind the sample's still sees a positive
  // difference.
  struct Calibration {
    std::atomic<std::uint64_t> base_counter{0};
    std::atomic<std::int64_t> base_ns{0};
    std::atomic<std::uint64_t> scale{0};

    std::int64_t after(std::uint64_t elapsed) const noexcept;
  };
  static constexpr int kScaleShift = 32;
  static constexpr std::uint64_t kBehind = std::uint64_t{1} << 24U;
  static constexpr std::uint32_t kCalibrations = 8;

  std::int64_t scaled_now(std::uint32_t current) const noexcept;

  Source source_;
  std::atomic<std::uint32_t> current_{0};  // 0: none yet; else calibrations_[current_ % kCalibrations]
  std::array<Calibration, kCalibrations> calibrations_{};
  std::uint64_t last_counter_ = 0;
  std::int64_t last_ns_ = 0;
  std::atomic<std::int64_t> manual_{0};
};

std::uint64_t read_time_stamp_counter() noexcept;

}  // namespace container_kit::telemetry::base

#include "base/clock_inline.h"
