// Spans for people: one line a span, or a whole trace as a tree.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <container_kit/telemetry/readable_span.h>

namespace container_kit::telemetry::protocol {

// "12:30:05.123  1.4 ms  ok     tool.analyze  tool.name=analyze  [trace 4bf9..., span 00f0...]" and a line
// feed.
std::string format_span_line(const ReadableSpan& span);

// The trace's spans drawn as a tree, children by start time under their parents, each with its duration, a
// bar that says where in the trace it lies, its status where it failed, and its attributes. Spans whose
// parent is not among them stand at the top.
std::string format_trace_tree(std::span<const ReadableSpan> spans);

// "850 ns", "12.3 us", "4.56 ms", "7.89 s"
std::string format_duration(std::int64_t nanoseconds);
// "12:30:05.123", UTC
std::string format_time(std::int64_t unix_nanoseconds);
// Control characters, which would move the reader's cursor, or worse, as \xNN.
std::string visible(std::string_view text);

}  // namespace container_kit::telemetry::protocol
