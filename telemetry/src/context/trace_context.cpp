// The traceparent and tracestate headers of W3C Trace Context Level 2.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include <container_kit/telemetry/propagation.h>

#include "base/ascii.h"
#include "context/formats.h"
#include "context/hex.h"

namespace container_kit::telemetry {
namespace propagation {
namespace {

constexpr std::string_view kTraceParent = "traceparent";
constexpr std::string_view kTraceState = "tracestate";

// Where the four fields of 00-<trace-id>-<parent-id>-<trace-flags> begin.
constexpr std::size_t kTraceIdAt = 3;
constexpr std::size_t kParentIdAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr std::size_t kVersion00Size = 55;
constexpr std::size_t kMaxTraceStateBytes = 512 * 32;  // far above what any member list may need
constexpr std::size_t kMaxTraceStateMembers = 32;
constexpr std::size_t kMaxKeyBytes = 256;
constexpr std::size_t kMaxValueBytes = 256;
constexpr unsigned kKnownFlags = 0x03;  // the bits that Level 2 knows; others are set to zero

// A version later than 00 may go on after the flags, but only with a dash; ff is forbidden.
bool is_size_right(std::uint8_t version, std::string_view header) noexcept {
  if (header.size() == kVersion00Size) return version != 0xFF;
  return version != 0 && version != 0xFF && header[kVersion00Size] == '-';
}

// The span that a traceparent names; an invalid one where it is malformed.
SpanContext parse_traceparent(std::string_view header) noexcept {
  header = base::trim(header);
  SpanContext span;
  if (header.size() < kVersion00Size) return {};
  if (header[2] != '-' || header[kParentIdAt - 1] != '-' || header[kFlagsAt - 1] != '-') return {};
  std::uint8_t version = 0;
  std::uint8_t flags = 0;
  if (!hex::read<1>(header.data(), &version) || !is_size_right(version, header)) return {};
  if (!hex::read<16>(header.data() + kTraceIdAt, span.trace_id.bytes.data())) return {};
  if (!hex::read<8>(header.data() + kParentIdAt, span.span_id.bytes.data())) return {};
  if (!hex::read<1>(header.data() + kFlagsAt, &flags)) return {};
  span.flags = static_cast<TraceFlags>(flags & kKnownFlags);
  span.is_remote = true;
  return span.is_valid() ? span : SpanContext{};
}

bool is_key_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*' || c == '/' ||
         c == '@';
}

bool is_member(std::string_view member) noexcept {
  const std::size_t equals = member.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals > kMaxKeyBytes) return false;
  const std::string_view key = member.substr(0, equals);
  const std::string_view value = member.substr(equals + 1);
  const bool key_starts_well = (key[0] >= 'a' && key[0] <= 'z') || (key[0] >= '0' && key[0] <= '9');
  const auto is_value_character = [](char c) { return c >= 0x20 && c <= 0x7E && c != ',' && c != '='; };
  return key_starts_well && std::all_of(key.begin(), key.end(), is_key_character) && !value.empty() &&
         value.size() <= kMaxValueBytes && std::all_of(value.begin(), value.end(), is_value_character);
}

// Collects the members of all tracestate headers. One bad or repeated key, or one member too many, and there
// is no trace state at all.
class TraceState {
 public:
  void add(std::string_view header) {
    if (is_bad_ || text_.size() + header.size() > kMaxTraceStateBytes) {
      is_bad_ = true;
      return;
    }
    while (!header.empty() && !is_bad_) {
      const std::size_t comma = std::min(header.find(','), header.size());
      add_member(base::trim(header.substr(0, comma)));
      header.remove_prefix(std::min(comma + 1, header.size()));
    }
  }

  // In its canonical form; empty where it is malformed.
  std::string take() { return is_bad_ ? std::string() : std::move(text_); }

 private:
  void add_member(std::string_view member) {
    if (member.empty()) return;  // allowed, and left out
    if (members_ == kMaxTraceStateMembers || !is_member(member) || has_key_of(member)) {
      is_bad_ = true;
      return;
    }
    ++members_;
    if (!text_.empty()) text_ += ',';
    text_ += member;
  }

  bool has_key_of(std::string_view member) const noexcept {
    const std::string_view key = member.substr(0, member.find('=') + 1);
    for (std::string_view rest = text_; !rest.empty();) {
      if (rest.starts_with(key)) return true;
      rest.remove_prefix(std::min(std::min(rest.find(','), rest.size()) + 1, rest.size()));
    }
    return false;
  }

  std::string text_;
  std::size_t members_ = 0;
  bool is_bad_ = false;
};

}  // namespace

// More than one traceparent is as good as none.
void read_trace_context(const HeaderReader& reader, Extracted& into) {
  SpanContext span;
  int count = 0;
  reader.values(kTraceParent, [&](std::string_view header) {
    if (++count == 1) span = parse_traceparent(header);
  });
  if (count != 1 || !span.is_valid()) return;
  TraceState state;
  reader.values(kTraceState, [&](std::string_view header) { state.add(header); });
  into.span = span;
  into.trace_state = state.take();
  into.debug = false;
}

void write_trace_context(const Context& context, const HeaderWriter& writer) {
  if (!context.has_span()) return;
  const TraceParentText text = format_traceparent(context.span_context());
  writer.set(kTraceParent, {text.data(), text.size()});
  if (!context.trace_state().empty()) writer.set(kTraceState, context.trace_state());
}

}  // namespace propagation

Context extract_trace_context(std::string_view traceparent, std::string_view tracestate) {
  const SpanContext span = propagation::parse_traceparent(traceparent);
  if (!span.is_valid()) return {};
  propagation::TraceState state;
  state.add(tracestate);
  std::string text = state.take();
  if (text.empty()) return Context(span);
  return Context(span, std::make_shared<const ContextExtras>(ContextExtras{std::move(text), {}}));
}

TraceParentText format_traceparent(const SpanContext& span) noexcept {
  using propagation::kFlagsAt;
  using propagation::kParentIdAt;
  TraceParentText text;
  std::memcpy(text.data(), "00-", 3);
  hex::write<16>(span.trace_id.bytes.data(), text.data() + propagation::kTraceIdAt);
  text[kParentIdAt - 1] = '-';
  hex::write<8>(span.span_id.bytes.data(), text.data() + kParentIdAt);
  text[kFlagsAt - 1] = '-';
  text[kFlagsAt] = '0';
  text[kFlagsAt + 1] =
      static_cast<char>('0' + (static_cast<unsigned>(span.flags) & propagation::kKnownFlags));
  return text;
}

}  // namespace container_kit::telemetry
