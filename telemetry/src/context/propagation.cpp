#include <algorithm>

#include <container_kit/telemetry/propagation.h>

#include "base/ascii.h"
#include "context/formats.h"

namespace container_kit::telemetry {
namespace {

using propagation::Extracted;

void read_format(PropagationFormat format, const detail::HeaderReader& reader, Extracted& into) {
  switch (format) {
    case PropagationFormat::kTraceContext:
      return propagation::read_trace_context(reader, into);
    case PropagationFormat::kBaggage:
      return propagation::read_baggage(reader, into);
    case PropagationFormat::kB3:
    case PropagationFormat::kB3Multi:
      return propagation::read_b3(reader, into);
    case PropagationFormat::kJaeger:
      return propagation::read_jaeger(reader, into);
  }
}

void write_format(PropagationFormat format, const Context& context, const detail::HeaderWriter& writer) {
  switch (format) {
    case PropagationFormat::kTraceContext:
      return propagation::write_trace_context(context, writer);
    case PropagationFormat::kBaggage:
      return propagation::write_baggage(context, writer);
    case PropagationFormat::kB3:
      return propagation::write_b3_single(context, writer);
    case PropagationFormat::kB3Multi:
      return propagation::write_b3_multi(context, writer);
    case PropagationFormat::kJaeger:
      return propagation::write_jaeger(context, writer);
  }
}

std::vector<std::string_view> fields_of(PropagationFormat format) {
  switch (format) {
    case PropagationFormat::kTraceContext:
      return {"traceparent", "tracestate"};
    case PropagationFormat::kBaggage:
      return {"baggage"};
    case PropagationFormat::kB3:
      return {"b3"};
    case PropagationFormat::kB3Multi:
      return {"X-B3-TraceId", "X-B3-SpanId", "X-B3-Sampled", "X-B3-Flags"};
    case PropagationFormat::kJaeger:
      return {"uber-trace-id"};
  }
  return {};
}

// A span that was found replaces all that belongs to a span; baggage that was found replaces the baggage.
Context lay_over(const Context& onto, Extracted&& found) {
  const bool has_span = found.span.is_valid();
  if (!has_span && found.baggage.empty()) return onto;
  const bool has_extras = !found.baggage.empty() || !found.trace_state.empty() || found.debug;
  std::shared_ptr<const ContextExtras> extras;
  if (has_extras || onto.extras() != nullptr) {
    ContextExtras laid = onto.extras() ? *onto.extras() : ContextExtras{};
    if (has_span) {
      laid.trace_state = std::move(found.trace_state);
      laid.debug = found.debug;
    }
    if (!found.baggage.empty()) laid.baggage = std::move(found.baggage);
    extras = std::make_shared<const ContextExtras>(std::move(laid));
  }
  return has_span ? Context(found.span, std::move(extras))
                  : Context(onto.span_context(), onto.ref(), std::move(extras));
}

}  // namespace

Propagator::Propagator() noexcept
    : formats_{PropagationFormat::kTraceContext, PropagationFormat::kBaggage}, count_(2) {}

Propagator::Propagator(std::span<const PropagationFormat> formats) noexcept {
  for (const PropagationFormat format : formats) {
    const auto known = this->formats();
    const bool is_new = std::find(known.begin(), known.end(), format) == known.end();
    if (is_new && count_ < formats_.size()) formats_[count_++] = format;
  }
}

std::vector<std::string_view> Propagator::fields() const {
  std::vector<std::string_view> all;
  for (const PropagationFormat format : formats()) {
    for (const std::string_view field : fields_of(format)) all.push_back(field);
  }
  return all;
}

Context Propagator::extract_from(const detail::HeaderReader& reader, const Context& onto) const noexcept {
  try {
    Extracted found;
    for (const PropagationFormat format : formats()) read_format(format, reader, found);
    return lay_over(onto, std::move(found));
  } catch (...) {
    return onto;
  }
}

void Propagator::inject_into(const detail::HeaderWriter& writer, const Context& context) const noexcept {
  try {
    for (const PropagationFormat format : formats()) write_format(format, context, writer);
  } catch (...) {  // NOLINT(bugprone-empty-catch): the request goes on without
  }
}

bool HeaderList::is_same_name(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char one, char other) { return base::to_lower(one) == base::to_lower(other); });
}

std::string_view HeaderList::get(std::string_view name) const noexcept {
  for (const auto& [its_name, value] : headers_) {
    if (is_same_name(its_name, name)) return value;
  }
  return {};
}

void HeaderList::set(std::string_view name, std::string_view value) {
  std::erase_if(headers_, [name](const auto& header) { return is_same_name(header.first, name); });
  add(name, value);
}

}  // namespace container_kit::telemetry
