#include <container_kit/telemetry/span.h>

#include "trace/span_operations.h"

namespace container_kit::telemetry {
namespace {

// The zero time point means "now" below; a caller's own zero is one nanosecond later.
std::int64_t explicit_time(TimePoint time) noexcept {
  const std::int64_t ns = time.time_since_epoch().count();
  return ns > 0 ? ns : 1;
}

}  // namespace

Span& Span::operator=(Span&& other) noexcept {
  if (this != &other) {
    trace::end_span(context_.ref_, 0);
    context_ = std::move(other.context_);
    other.context_.ref_ = SpanRef{};
  }
  return *this;
}

bool Span::is_recording() const noexcept {
  return trace::is_recording(context_.ref_);
}

void Span::set_attribute(std::string_view key, AttributeValue value) noexcept {
  trace::add_attributes(context_.ref_, {{key, value}});
}

void Span::set_attributes(Attributes attributes) noexcept {
  trace::add_attributes(context_.ref_, attributes);
}

void Span::add_event(std::string_view name, Attributes attributes) noexcept {
  trace::add_event(context_.ref_, name, 0, attributes);
}

void Span::add_event(std::string_view name, TimePoint time, Attributes attributes) noexcept {
  trace::add_event(context_.ref_, name, explicit_time(time), attributes);
}

void Span::add_link(const Link& link) noexcept {
  trace::add_link(context_.ref_, link);
}

void Span::record_exception(const std::exception& exception, Attributes attributes) noexcept {
  trace::record_exception(context_.ref_, exception, attributes);
}

void Span::record_exception(std::string_view type, std::string_view message, std::string_view stacktrace,
                            Attributes attributes) noexcept {
  trace::record_exception(context_.ref_, type, message, stacktrace, attributes);
}

void Span::set_status(StatusCode code, std::string_view description) noexcept {
  trace::set_status(context_.ref_, code, description);
}

void Span::update_name(std::string_view name) noexcept {
  trace::update_name(context_.ref_, name);
}

void Span::end(TimePoint time) noexcept {
  trace::end_span(context_.ref_, explicit_time(time));
}

void Span::finish() noexcept {
  trace::end_span(context_.ref_, 0);
}

}  // namespace container_kit::telemetry
