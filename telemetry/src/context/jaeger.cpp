// Jaeger's own headers: uber-trace-id, and uberctx-NAME for baggage
// (https://www.jaegertracing.io/docs/1.x/client-libraries, "Propagation Format").
#include <array>
#include <string>

#include <container_kit/telemetry/propagation.h>

#include "context/formats.h"
#include "context/percent.h"

namespace container_kit::telemetry::propagation {
namespace {

constexpr std::string_view kHeader = "uber-trace-id";
constexpr std::string_view kBaggagePrefix = "uberctx-";
constexpr unsigned kSampledBit = 0x01;
constexpr unsigned kDebugBit = 0x02;

// An id of up to 2 * Size digits of either case, without its leading zeros.
template <std::size_t Size>
bool read_id(std::string_view text, Id<Size>& id) {
  if (text.empty() || text.size() > 2 * Size) return false;
  std::string digits(2 * Size - text.size(), '0');
  for (const char c : text) digits += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  return id.read_hex(digits);
}

// {trace id}:{span id}:{parent span id, not used any more}:{flags}. Some clients percent-encode the colons.
bool read_span(std::string_view header, Extracted& into) {
  const std::string text = percent_decode(trim(header));
  std::array<std::string_view, 4> fields;
  std::string_view rest = text;
  for (std::size_t at = 0; at < fields.size(); ++at) {
    const std::size_t end = at + 1 < fields.size() ? rest.find(':') : rest.size();
    if (end == std::string_view::npos) return false;
    fields[at] = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  SpanContext span;
  SpanId parent;
  Id<8> flags;
  if (!read_id(fields[0], span.trace_id) || !read_id(fields[1], span.span_id) || fields[3].size() > 2 ||
      !read_id(fields[3], flags) || !span.is_valid()) {
    return false;
  }
  if (!fields[2].empty() && !read_id(fields[2], parent)) return false;
  const unsigned bits = flags.bytes.back();
  span.flags = (bits & (kSampledBit | kDebugBit)) != 0 ? TraceFlags::kSampled : TraceFlags::kNone;
  span.is_remote = true;
  into.span = span;
  into.trace_state.clear();
  into.debug = (bits & kDebugBit) != 0;
  return true;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// A part of a header's name.
bool is_name(std::string_view name) noexcept {
  for (const char c : name) {
    if (!is_baggage_octet(c) || c == ':' || c == '=') return false;
  }
  return !name.empty();
}

}  // namespace

void read_jaeger(const HeaderReader& reader, Extracted& into) {
  bool found = false;
  reader.values(kHeader, [&](std::string_view header) { found = found || read_span(header, into); });
  std::size_t bytes_left = kMaxBaggageBytes;
  reader.headers([&](std::string_view name, std::string_view value) {
    if (name.size() <= kBaggagePrefix.size()) return;
    if (!HeaderList::is_same_name(name.substr(0, kBaggagePrefix.size()), kBaggagePrefix)) return;
    if (name.size() + value.size() > bytes_left) return;
    bytes_left -= name.size() + value.size();
    put_baggage(into.baggage, {lower_case(name.substr(kBaggagePrefix.size())), percent_decode(trim(value))});
  });
}

void write_jaeger(const Context& context, const HeaderWriter& writer) {
  if (context.has_span()) {
    const SpanContext& span = context.span_context();
    std::string text = span.trace_id.to_hex() + ':' + span.span_id.to_hex() + ":0:";
    const unsigned flags = (span.is_sampled() ? kSampledBit : 0U) | (context.is_debug() ? kDebugBit : 0U);
    text += static_cast<char>('0' + flags);
    writer.set(kHeader, text);
  }
  std::size_t bytes_left = kMaxBaggageBytes;
  for (const BaggageMember& member : context.baggage()) {
    std::string value;
    append_percent_encoded(value, member.value);
    const std::string name = std::string(kBaggagePrefix) + member.name;
    if (!is_name(member.name) || name.size() + value.size() > bytes_left) continue;
    bytes_left -= name.size() + value.size();
    writer.set(name, value);
  }
}

}  // namespace container_kit::telemetry::propagation
