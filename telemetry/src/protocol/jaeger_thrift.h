// Spans for a Jaeger collector: OTLP bytes in, a Thrift Batch out, to be POSTed to /api/traces as
// application/x-thrift.
//
// jaeger-idl's jaeger.thrift in Thrift's binary protocol, one bare struct; what becomes what is
// OpenTelemetry's "Jaeger" and "Transformation to non-OTLP formats". A link's attributes have no place there.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::protocol {

// `resource` is a Resource message. Appends the Batch to `out`, and returns how many spans are not in it
// because they are torn or have no valid ids.
std::size_t append_jaeger_batch(std::string& out, std::string_view resource,
                                std::span<const ScopeSpans> scopes);

}  // namespace container_kit::telemetry::protocol
