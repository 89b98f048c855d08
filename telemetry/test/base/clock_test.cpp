#include "base/clock.h"

#include <gtest/gtest.h>

#include "base/clock_sample.h"

namespace container_kit::telemetry::base {
namespace {

TEST(ClockSample, IsNotOfATryInWhichTheThreadStoodStill) {
  if (Clock::best_source() != Clock::Source::kTimeStampCounter) GTEST_SKIP() << "no invariant counter here";
  constexpr std::uint64_t kLong = 10'000'000;  // ticks: some milliseconds
  int tries = 0;
  std::uint64_t resumed = 0;
  const ClockSample sample = take_sample([&] {
    const std::uint64_t begin = read_time_stamp_counter();
    if (++tries != 3) {
      while (read_time_stamp_counter() - begin < kLong) {
      }
    } else {
      resumed = begin;
    }
    return std::int64_t{tries};
  });
  EXPECT_EQ(sample.ns, 3);
  EXPECT_LT(sample.counter - resumed + kLong, 2 * kLong);
}

TEST(ClockAtCounter, KnowsNothingWithoutACalibration) {
  EXPECT_EQ(Clock(Clock::Source::kTimeStampCounter).at_counter(read_time_stamp_counter()), 0);
  Clock manual(Clock::Source::kManual);
  manual.set(1'000);
  EXPECT_EQ(manual.at_counter(read_time_stamp_counter()), 0);
}

TEST(ClockAtCounter, SaysWhatNowSaidAtThatReading) {
  if (Clock::best_source() != Clock::Source::kTimeStampCounter) GTEST_SKIP() << "no invariant counter here";
  Clock clock(Clock::Source::kTimeStampCounter);
  while (!clock.is_calibrated()) clock.calibrate();
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t before = clock.now();
    const std::uint64_t reading = read_time_stamp_counter();
    const std::int64_t after = clock.now();
    EXPECT_GE(clock.at_counter(reading), before - 1);
    EXPECT_LE(clock.at_counter(reading), after + 1);
  }
}

// One a millisecond: more of them than are kept at once.
TEST(ClockNow, StaysWithTheSystemsClockAcrossCalibrations) {
  if (Clock::best_source() != Clock::Source::kTimeStampCounter) GTEST_SKIP() << "no invariant counter here";
  Clock clock(Clock::Source::kTimeStampCounter);
  while (!clock.is_calibrated()) clock.calibrate();
  constexpr std::int64_t kMillisecond = 1'000'000;
  for (const std::int64_t begin = system_now(); system_now() < begin + 1'200 * kMillisecond;) {
    clock.calibrate();
    const std::int64_t before = system_now();
    const std::int64_t now = clock.now();
    const std::int64_t after = system_now();
    ASSERT_GE(now, before - kMillisecond);
    ASSERT_LE(now, after + kMillisecond);
  }
}

}  // namespace
}  // namespace container_kit::telemetry::base
