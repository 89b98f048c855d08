// The open spans of processes that were killed, as a program is told of them.
//
// Thread safety: pure function.
#pragma once

#include <vector>

#include <container_kit/telemetry/interrupted_span.h>

#include "delivery/flight_orphans.h"

namespace container_kit::telemetry {

inline constexpr std::size_t kMostInterruptedSpans = 1'024;

// Of all of them, those that began first first; no more than kMostInterruptedSpans.
std::vector<InterruptedSpan> interrupted_spans(const std::vector<delivery::FlightOrphan>& orphans);

}  // namespace container_kit::telemetry
