// Spans for Zipkin: OTLP bytes in, Zipkin's v2 JSON out, to be POSTed to /api/v2/spans as application/json.
//
// What becomes what is OpenTelemetry's "Zipkin" and "Transformation to non-OTLP formats". The resource's
// attributes are tags of each span, as the scope's are; links have no place there. A span's attribute takes
// the place of a resource's or scope's of the same key, and what the specification generates that of both.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::protocol {

// `resource` is a Resource message. Appends a JSON array of spans to `out`, and returns how many spans are
// not in it because they are torn or have no valid ids.
std::size_t append_zipkin_spans(std::string& out, std::string_view resource,
                                std::span<const ScopeSpans> scopes);

}  // namespace container_kit::telemetry::protocol
