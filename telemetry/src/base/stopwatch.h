// How long something took: never negative, and not moved by whoever sets the system's time.
//
// Where the processor's time-stamp counter is invariant, starting and reading are a read of the counter each,
// a third of what std::chrono::steady_clock costs. How long a tick is, is found by comparing both over the
// first tenth of a second of use, and until then at each reading; the error is that of a clock read.
//
// Thread safety: all of it.
#pragma once

#include <cstdint>

namespace container_kit::telemetry::base {

// For seconds_since() only.
std::uint64_t start_stopwatch() noexcept;
double seconds_since(std::uint64_t start) noexcept;

}  // namespace container_kit::telemetry::base
