// Propagation: a Context as W3C headers, in and out.
//
// Thread safety: pure functions.
// Source: W3C Trace Context Level 2. A traceparent that is malformed is as good as none: the trace restarts
// and tracestate is dropped with it. A tracestate that is malformed is dropped by itself.
#pragma once

#include <array>
#include <string_view>

#include <container_kit/telemetry/context.h>

namespace container_kit::telemetry {

// 00-<32 hex>-<16 hex>-<2 hex>
using TraceParentText = std::array<char, 55>;

// The context that the headers speak of; one without a span where traceparent is malformed or empty.
Context extract_trace_context(std::string_view traceparent, std::string_view tracestate = {});
// The traceparent header for a request made in the name of `span`. Precondition: span.is_valid().
TraceParentText format_traceparent(const SpanContext& span) noexcept;

}  // namespace container_kit::telemetry
