// ReadableSpan: a finished span, read back from its OTLP bytes.
//
// Thread safety and ownership: a view; texts point into the bytes that it was read from, and live no longer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/span.h>

namespace container_kit::telemetry {

struct ReadableAttribute {
  std::string_view key;
  std::string_view value;  // an AnyValue message

  // As people read it: text as it is, numbers in decimal, arrays [a, b], maps {k=v}, bytes by their count.
  std::string display() const;
};

struct ReadableEvent {
  std::int64_t time = 0;  // Unix nanoseconds, like all times here
  std::string_view name;
  std::vector<ReadableAttribute> attributes;
};

struct ReadableLink {
  SpanContext context;
  std::string_view trace_state;
  std::vector<ReadableAttribute> attributes;
};

struct ReadableSpan {
  TraceId trace_id;
  SpanId span_id;
  SpanId parent_span_id;  // not valid: a root
  std::string_view trace_state;
  std::string_view name;
  SpanKind kind = SpanKind::kInternal;
  std::int64_t start_time = 0;
  std::int64_t end_time = 0;
  std::uint32_t flags = 0;  // as in OTLP: W3C's in the low byte, 0x100 and 0x200 about a remote parent
  StatusCode status = StatusCode::kUnset;
  std::string_view status_message;
  std::vector<ReadableAttribute> attributes;
  std::vector<ReadableEvent> events;
  std::vector<ReadableLink> links;
  std::uint32_t dropped_attributes = 0;
  std::uint32_t dropped_events = 0;
  std::uint32_t dropped_links = 0;

  std::int64_t duration() const noexcept { return end_time - start_time; }
  // No parent, or one in another process.
  bool is_local_root() const noexcept { return !parent_span_id.is_valid() || (flags & 0x200U) != 0; }
  // The attribute's value as display() has it, or nothing.
  std::optional<std::string> attribute(std::string_view key) const;
};

// Nothing where the bytes are not an OTLP Span message.
std::optional<ReadableSpan> read_span(std::string_view bytes);

}  // namespace container_kit::telemetry
