// Consistent probability sampling: thresholds, randomness, and the `ot` entry of the tracestate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <container_kit/telemetry/span_context.h>

namespace container_kit::telemetry::trace {

// A trace is sampled when its 56 bits of randomness are at least the threshold (OpenTelemetry, "TraceState:
// Probability Sampling": the rejection threshold).
constexpr std::uint64_t kSampleAlways = 0;
constexpr std::uint64_t kSampleNever = std::uint64_t{1} << 56;
// A rate outside 0 to 1 is taken as the nearer end.
std::uint64_t sampling_threshold(double rate) noexcept;

// `rv` of the tracestate where it has a valid one, else the low 56 bits of the trace id.
std::uint64_t randomness_of(const TraceId& trace_id, std::string_view trace_state) noexcept;

// The tracestate with `ot=th:<threshold>` in it, at its front; other entries, and other members of `ot`,
// stay.
std::string with_threshold(std::string_view trace_state, std::uint64_t threshold);

}  // namespace container_kit::telemetry::trace
