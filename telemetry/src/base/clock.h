// The one clock: Unix time in nanoseconds.
//
// Where the processor's time-stamp counter is invariant it is read directly and scaled by a calibration that
// the exporter thread renews about once a second (calibrate()); elsewhere, and before the first calibration,
// it is clock_gettime(CLOCK_REALTIME). Tests set one by hand (kManual).
//
// Thread safety: now() and at_counter() from any thread, wait-free. calibrate() from one thread at a time.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>

#include "base/time_stamp_counter.h"

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
    const Calibration* const calibration = current_.load(std::memory_order_acquire);
    if (calibration != nullptr) [[likely]] {
      return calibration->at(read_time_stamp_counter());
    }
    return source_ == Source::kManual ? manual_.load(std::memory_order_relaxed) : system_now();
  }

  // The time at which the time-stamp counter read `counter`, a moment ago; 0 where this clock does not go by
  // the counter.
  std::int64_t at_counter(std::uint64_t counter) const noexcept {
    const Calibration* const calibration = current_.load(std::memory_order_acquire);
    return calibration != nullptr ? calibration->at(counter) : 0;
  }

  Source source() const noexcept { return source_; }
  bool is_calibrated() const noexcept { return current_.load(std::memory_order_relaxed) != nullptr; }
  // Takes one sample of counter and system time; from the second on, now() uses the counter. Cheap; call it
  // at intervals of 10 ms to a few seconds; one after less than a millisecond does nothing.
  void calibrate() noexcept;

  // Only for a manual clock.
  void set(std::int64_t unix_nanoseconds) noexcept {
    manual_.store(unix_nanoseconds, std::memory_order_relaxed);
  }

 private:
  // ns = (counter * scale >> kScaleShift) + offset.
  //
  // Written before current_ points to it (release, acquire), and not again until kCalibrations - 1 more have
  // been made: a quarter of an hour, in which whoever was about to read the two fields has done so.
  struct Calibration {
    std::atomic<std::uint64_t> scale{0};
    std::atomic<std::int64_t> offset{0};

    std::int64_t at(std::uint64_t counter) const noexcept {
      return scaled(counter, scale.load(std::memory_order_relaxed)) + offset.load(std::memory_order_relaxed);
    }
  };
  static constexpr int kScaleShift = 32;
  static constexpr std::size_t kCalibrations = 1024;

  static std::int64_t scaled(std::uint64_t counter, std::uint64_t scale) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::int64_t>(
        static_cast<std::uint64_t>((static_cast<Wide>(counter) * scale) >> kScaleShift));
  }

  Source source_;
  std::atomic<const Calibration*> current_{nullptr};  // null: none yet
  std::array<Calibration, kCalibrations> calibrations_{};
  std::size_t calibrated_ = 0;
  std::uint64_t last_counter_ = 0;
  std::int64_t last_ns_ = 0;
  std::atomic<std::int64_t> manual_{0};
};

}  // namespace container_kit::telemetry::base
