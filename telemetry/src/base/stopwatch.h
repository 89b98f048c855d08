// How long something took: never negative, and not moved by whoever sets the system's time.
//
// Where the processor's time-stamp counter is invariant, starting and reading are a read of the counter each,
// a third of what std::chrono::steady_clock costs. How long a tick is, is found by comparing both over the
// first tenth of a second of use, and until then at each reading; the error is that of the best of several
// clock reads (clock_sample.h).
//
// Thread safety: all of it.
#pragma once

#include <cstdint>

namespace container_kit::telemetry::base {

// A reading: of the time-stamp counter where it is used, and so one that Clock::at_counter() understands.
std::uint64_t read_stopwatch() noexcept;
double seconds_between(std::uint64_t start, std::uint64_t end) noexcept;

}  // namespace container_kit::telemetry::base
