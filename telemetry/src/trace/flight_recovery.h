// Reading the flight buffer of a process that is no more: every span that had ended and was not delivered,
// and every span that was still open.
//
// Nothing in the file is trusted: it may be torn, truncated, or not ours. What does not make sense is passed
// over and counted. docs/flight-buffer.md has the argument why a killed process loses and doubles nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <container_kit/telemetry/expected.h>

#include "trace/flight_metadata.h"

namespace container_kit::telemetry::trace {

struct RecoveredSpan {
  std::string bytes;  // an OTLP Span message
  std::uint16_t scope = 0;
};

struct RecoveredFlight {
  FlightMetadata metadata;
  std::uint32_t pid = 0;
  std::vector<RecoveredSpan> finished;
  // Spans that were open: status Error, container_kit.incomplete=true, and the last time that the span or its
  // process was known to be alive as their end.
  std::vector<RecoveredSpan> incomplete;
  std::size_t torn = 0;  // records and slots that made no sense
};

// `file` is the whole file, mapped; 8-byte aligned.
Expected<RecoveredFlight> recover_flight(std::span<const std::uint8_t> file);

}  // namespace container_kit::telemetry::trace
