// Contexts that tests can tell apart by a number.
#pragma once

#include <cstdint>

#include <container_kit/telemetry/context.h>

namespace container_kit::telemetry::test {

inline Context context_number(std::uint8_t number) {
  SpanContext span;
  span.trace_id.bytes[0] = number;
  span.span_id.bytes[0] = number;
  return Context(span);
}

// That of the thread's current context; 0 where there is none.
inline int current_number() {
  return Context::current().span_context().span_id.bytes[0];
}

}  // namespace container_kit::telemetry::test
