#include "base/stopwatch.h"

#include <chrono>

#include <gtest/gtest.h>

namespace container_kit::telemetry::base {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The stopwatch runs from between the first two readings to between the last two.
void expect_agreement(double seconds) {
  const double before = now();
  const std::uint64_t start = read_stopwatch();
  const double started = now();
  while (now() - started < seconds) {
  }
  const double ending = now();
  const double measured = seconds_between(start, read_stopwatch());
  const double after = now();
  const double tolerance = 2e-6 + 1e-3 * seconds;
  EXPECT_GE(measured, ending - started - tolerance);
  EXPECT_LE(measured, after - before + tolerance);
}

TEST(Stopwatch, AgreesWithTheSteadyClockFromTheFirstReadingOn) {
  for (const double seconds : {1e-5, 1e-4, 1e-3, 1e-2, 0.12, 1e-4, 1e-3}) expect_agreement(seconds);
}

TEST(Stopwatch, GoesBackByNoMoreThanAClockReadsError) {
  constexpr double kError = 1e-6;  // in seconds; while the tick's length is not known well
  const std::uint64_t start = read_stopwatch();
  double last = 0;
  for (int i = 0; i < 1000; ++i) {
    const double read = seconds_between(start, read_stopwatch());
    EXPECT_GE(read, last - kError);
    last = read;
  }
  EXPECT_EQ(seconds_between(1'000'000'000'000, 0), 0);
}

}  // namespace
}  // namespace container_kit::telemetry::base
