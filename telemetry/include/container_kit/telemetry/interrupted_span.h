// What an earlier process of this service was in the midst of when it was killed or crashed, read from its
// flight buffer: each span that was open then. They are exported too, with container_kit.incomplete=true.
//
// Thread safety and ownership: a plain value.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <container_kit/telemetry/span_context.h>

namespace container_kit::telemetry {

struct InterruptedSpan {
  std::string name;
  TraceId trace_id;
  SpanId span_id;
  std::uint32_t process_id = 0;         // of the process that is no more
  std::int64_t start_time = 0;          // Unix nanoseconds
  std::chrono::nanoseconds ran_for{0};  // at least: until the span or its process was last known to be alive
};

}  // namespace container_kit::telemetry
