// The header formats in which a Context travels between processes.
#pragma once

#include <cstdint>

namespace container_kit::telemetry {

enum class PropagationFormat : std::uint8_t {
  kTraceContext,  // W3C traceparent and tracestate
  kBaggage,       // W3C baggage
  kB3,            // Zipkin's b3, one header
  kB3Multi,       // Zipkin's X-B3-*, one header a field
  kJaeger,        // uber-trace-id and uberctx-*
};

}  // namespace container_kit::telemetry
