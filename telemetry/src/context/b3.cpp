// Zipkin's B3 headers: openzipkin/b3-propagation, and the OpenTelemetry specification's "B3 Requirements".
//
// A sampling state without ids ("b3: 0") starts no trace, and is not looked at.
#include <cstring>
#include <optional>

#include "context/formats.h"
#include "context/hex.h"

namespace container_kit::telemetry::propagation {
namespace {

constexpr std::string_view kSingle = "b3";
constexpr std::string_view kTraceIdHeader = "X-B3-TraceId";
constexpr std::string_view kSpanIdHeader = "X-B3-SpanId";
constexpr std::string_view kSampledHeader = "X-B3-Sampled";
constexpr std::string_view kFlagsHeader = "X-B3-Flags";

// 32 digits, or 16: the low half of an id whose high half is zero.
bool read_trace_id(std::string_view text, TraceId& id) noexcept {
  if (text.size() == 32) return id.read_hex(text);
  return text.size() == 16 && hex::read<8>(text.data(), id.bytes.data() + 8);
}

struct Sampling {
  bool sampled = false;
  bool debug = false;
};

// Nothing where it is none of B3's states. No state at all leaves the decision to us: not sampled.
std::optional<Sampling> parse_sampling(std::string_view state) noexcept {
  if (state == "1" || state == "true") return Sampling{true, false};
  if (state == "d") return Sampling{true, true};
  if (state == "0" || state == "false" || state.empty()) return Sampling{};
  return std::nullopt;
}

// The text up to the next dash, which is taken off `rest` with it.
std::string_view next_field(std::string_view& rest) noexcept {
  const std::size_t dash = std::min(rest.find('-'), rest.size());
  const std::string_view field = rest.substr(0, dash);
  rest.remove_prefix(std::min(dash + 1, rest.size()));
  return field;
}

bool take(std::string_view trace_id, std::string_view span_id, const std::optional<Sampling>& sampling,
          Extracted& into) {
  SpanContext span;
  if (!sampling || !read_trace_id(trace_id, span.trace_id) || !span.span_id.read_hex(span_id)) return false;
  if (!span.is_valid()) return false;
  span.flags = sampling->sampled ? TraceFlags::kSampled : TraceFlags::kNone;
  span.is_remote = true;
  into.span = span;
  into.trace_state.clear();
  into.debug = sampling->debug;
  return true;
}

// {trace id}-{span id}[-{sampling state}[-{parent span id}]]
bool read_single(std::string_view header, Extracted& into) {
  std::string_view rest = trim(header);
  const std::string_view trace_id = next_field(rest);
  const std::string_view span_id = next_field(rest);
  const std::string_view state = next_field(rest);
  SpanId parent;
  if (!rest.empty() && !parent.read_hex(rest)) return false;
  if (state.size() > 1) return false;  // "true" is of the other form
  return take(trace_id, span_id, parse_sampling(state), into);
}

std::string value_of(const HeaderReader& reader, std::string_view name) {
  std::string value;
  reader.values(name, [&](std::string_view header) {
    if (value.empty()) value = trim(header);
  });
  return value;
}

char state_of(const Context& context) noexcept {
  if (context.is_debug()) return 'd';
  return context.span_context().is_sampled() ? '1' : '0';
}

}  // namespace

void read_b3(const HeaderReader& reader, Extracted& into) {
  bool found = false;
  reader.values(kSingle, [&](std::string_view header) { found = found || read_single(header, into); });
  if (found) return;
  const std::string trace_id = value_of(reader, kTraceIdHeader);
  if (trace_id.empty()) return;
  const bool is_debug = value_of(reader, kFlagsHeader) == "1";
  const auto sampling = is_debug ? Sampling{true, true} : parse_sampling(value_of(reader, kSampledHeader));
  take(trace_id, value_of(reader, kSpanIdHeader), sampling, into);
}

void write_b3_single(const Context& context, const HeaderWriter& writer) {
  if (!context.has_span()) return;
  char text[51];
  context.span_context().trace_id.write_hex(text);
  text[32] = '-';
  context.span_context().span_id.write_hex(text + 33);
  text[49] = '-';
  text[50] = state_of(context);
  writer.set(kSingle, {text, sizeof text});
}

void write_b3_multi(const Context& context, const HeaderWriter& writer) {
  if (!context.has_span()) return;
  char ids[48];
  context.span_context().trace_id.write_hex(ids);
  context.span_context().span_id.write_hex(ids + 32);
  writer.set(kTraceIdHeader, {ids, 32});
  writer.set(kSpanIdHeader, {ids + 32, 16});
  // Debug implies sampled, which is then not said.
  if (context.is_debug()) {
    writer.set(kFlagsHeader, "1");
  } else {
    writer.set(kSampledHeader, context.span_context().is_sampled() ? "1" : "0");
  }
}

}  // namespace container_kit::telemetry::propagation
