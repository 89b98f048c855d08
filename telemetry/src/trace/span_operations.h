// What can be done to a span through a SpanRef: the one implementation behind Span, Context and Manager.
//
// All are noexcept, never block, and do nothing where the span is not recording or has ended.
// Thread safety: any thread, any number at once.
#pragma once

#include <string>

#include <container_kit/telemetry/span.h>

namespace container_kit::telemetry::trace {

bool is_recording(const SpanRef& ref) noexcept;
void add_attributes(const SpanRef& ref, Attributes attributes) noexcept;
// A zero time means now.
// `left_out`: attributes that the caller dropped already.
void add_event(const SpanRef& ref, std::string_view name, std::int64_t time, Attributes attributes,
               std::size_t left_out = 0) noexcept;
void add_link(const SpanRef& ref, const Link& link) noexcept;
void set_status(const SpanRef& ref, StatusCode code, std::string_view description) noexcept;
void update_name(const SpanRef& ref, std::string_view name) noexcept;
void record_exception(const SpanRef& ref, std::string_view type, std::string_view message,
                      std::string_view stacktrace, Attributes attributes) noexcept;
void record_exception(const SpanRef& ref, const std::exception& exception, Attributes attributes) noexcept;
void end_span(const SpanRef& ref, std::int64_t time) noexcept;

// The name of an exception's dynamic type, as exception.type has it.
std::string type_name(const std::exception& exception);

}  // namespace container_kit::telemetry::trace
