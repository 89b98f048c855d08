#include "base/stopwatch.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "base/clock.h"
#include "base/clock_sample.h"

namespace container_kit::telemetry::base {
namespace {

std::int64_t steady_nanoseconds() noexcept {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

// What both clocks said when the first stopwatch was started.
struct Anchor {
  bool counts = Clock::best_source() == Clock::Source::kTimeStampCounter;
  ClockSample sample = take_sample(steady_nanoseconds);
};

const Anchor& anchor() noexcept {
  static const Anchor first;
  return first;
}

constexpr double kNanosecond = 1e-9;
constinit std::atomic<double> known_tick{0};  // in seconds; 0 while it is not known well enough

double find_tick() noexcept {
  constexpr std::int64_t kLongEnough = 100'000'000;
  const Anchor& first = anchor();
  if (!first.counts) return kNanosecond;
  const ClockSample sample = take_sample(steady_nanoseconds);
  const std::int64_t nanoseconds = sample.ns - first.sample.ns;
  const std::uint64_t ticks = std::max<std::uint64_t>(sample.counter - first.sample.counter, 1);
  const double tick = static_cast<double>(nanoseconds) * kNanosecond / static_cast<double>(ticks);
  if (nanoseconds >= kLongEnough) known_tick.store(tick, std::memory_order_relaxed);
  return tick;
}

}  // namespace

std::uint64_t read_stopwatch() noexcept {
  return anchor().counts ? read_time_stamp_counter() : static_cast<std::uint64_t>(steady_nanoseconds());
}

double seconds_between(std::uint64_t start, std::uint64_t end) noexcept {
  const auto ticks = static_cast<std::int64_t>(end - start);
  double tick = known_tick.load(std::memory_order_relaxed);
  if (tick == 0) [[unlikely]]
    tick = find_tick();
  return static_cast<double>(std::max<std::int64_t>(ticks, 0)) * tick;
}

}  // namespace container_kit::telemetry::base
