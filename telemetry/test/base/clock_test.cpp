#include "base/clock.h"

#include <gtest/gtest.h>

namespace container_kit::telemetry::base {
namespace {

TEST(ClockAtCounter, KnowsNothingWithoutACalibration) {
  EXPECT_EQ(Clock(Clock::Source::kTimeStampCounter).at_counter(read_time_stamp_counter()), 0);
  Clock manual(Clock::Source::kManual);
  manual.set(1'000);
  EXPECT_EQ(manual.at_counter(read_time_stamp_counter()), 0);
}

TEST(ClockAtCounter, SaysWhatNowSaidAtThatReading) {
  if (Clock::best_source() != Clock::Source::kTimeStampCounter) GTEST_SKIP() << "no invariant counter here";
  Clock clock(Clock::Source::kTimeStampCounter);
  const std::uint64_t long_ago = read_time_stamp_counter() - (std::uint64_t{1} << 40U);
  while (!clock.is_calibrated()) clock.calibrate();
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t before = clock.now();
    const std::uint64_t reading = read_time_stamp_counter();
    const std::int64_t after = clock.now();
    EXPECT_GE(clock.at_counter(reading), before - 1);
    EXPECT_LE(clock.at_counter(reading), after + 1);
  }
  EXPECT_EQ(clock.at_counter(long_ago), 0);
}

}  // namespace
}  // namespace container_kit::telemetry::base
