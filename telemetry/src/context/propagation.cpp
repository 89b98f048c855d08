#include <algorithm>
#include <cstring>

#include <container_kit/telemetry/propagation.h>

namespace container_kit::telemetry {
namespace {

// Where the four fields of 00-<trace-id>-<parent-id>-<trace-flags> begin.
constexpr std::size_t kTraceIdAt = 3;
constexpr std::size_t kParentIdAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr std::size_t kVersion00Size = 55;
constexpr std::size_t kMaxTraceStateBytes = 512 * 32;  // far above what any member list may need
constexpr std::size_t kMaxTraceStateMembers = 32;

bool has_separators(std::string_view header) noexcept {
  return header[2] == '-' && header[kParentIdAt - 1] == '-' && header[kFlagsAt - 1] == '-';
}

// A version later than 00 may go on after the flags, but only with a dash; ff is forbidden.
bool has_known_shape(std::string_view header) noexcept {
  if (header.size() < kVersion00Size || !has_separators(header)) return false;
  Id<8> ignored;
  if (!ignored.read_hex(std::string(header.substr(0, 2)) + "00000000000000")) return false;
  const std::string_view version = header.substr(0, 2);
  if (version == "ff") return false;
  if (version == "00") return header.size() == kVersion00Size;
  return header.size() == kVersion00Size || header[kVersion00Size] == '-';
}

bool is_key_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*' || c == '/' ||
         c == '@';
}

std::string_view trim(std::string_view text) noexcept {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_member(std::string_view member) noexcept {
  const std::size_t equals = member.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals > 256) return false;
  const std::string_view key = member.substr(0, equals);
  const std::string_view value = member.substr(equals + 1);
  const bool key_starts_well = (key[0] >= 'a' && key[0] <= 'z') || (key[0] >= '0' && key[0] <= '9');
  const auto is_value_character = [](char c) { return c >= 0x20 && c <= 0x7E && c != ',' && c != '='; };
  return key_starts_well && std::all_of(key.begin(), key.end(), is_key_character) && !value.empty() &&
         value.size() <= 256 && std::all_of(value.begin(), value.end(), is_value_character);
}

// The tracestate in its canonical form, or empty where it is malformed: a bad or repeated key, too many
// members.
std::string parse_trace_state(std::string_view header) {
  if (header.size() > kMaxTraceStateBytes) return {};
  std::string canonical;
  std::array<std::string_view, kMaxTraceStateMembers> keys;
  std::size_t members = 0;
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    const std::string_view member = trim(header.substr(0, comma));
    header.remove_prefix(std::min(comma + 1, header.size()));
    if (member.empty()) continue;
    if (members == kMaxTraceStateMembers || !is_member(member)) return {};
    const std::string_view key = member.substr(0, member.find('='));
    const auto known_end = keys.begin() + static_cast<std::ptrdiff_t>(members);
    if (std::find(keys.begin(), known_end, key) != known_end) return {};
    keys[members++] = key;
    if (!canonical.empty()) canonical += ',';
    canonical += member;
  }
  return canonical;
}

}  // namespace

Context extract_trace_context(std::string_view traceparent, std::string_view tracestate) {
  traceparent = trim(traceparent);
  SpanContext span;
  Id<8> flags;
  if (!has_known_shape(traceparent)) return {};
  const std::string padded_flags = std::string(traceparent.substr(kFlagsAt, 2)) + "00000000000000";
  if (!span.trace_id.read_hex(traceparent.substr(kTraceIdAt, 32)) ||
      !span.span_id.read_hex(traceparent.substr(kParentIdAt, 16)) || !flags.read_hex(padded_flags) ||
      !span.is_valid()) {
    return {};
  }
  span.flags = static_cast<TraceFlags>(flags.bytes[0] & 0x03U);  // the bits that Level 2 knows
  span.is_remote = true;
  std::shared_ptr<const ContextExtras> extras;
  if (std::string state = parse_trace_state(tracestate); !state.empty()) {
    extras = std::make_shared<const ContextExtras>(ContextExtras{std::move(state), {}});
  }
  return Context(span, std::move(extras));
}

TraceParentText format_traceparent(const SpanContext& span) noexcept {
  TraceParentText text;
  std::memcpy(text.data(), "00-", 3);
  span.trace_id.write_hex(text.data() + kTraceIdAt);
  text[kParentIdAt - 1] = '-';
  span.span_id.write_hex(text.data() + kParentIdAt);
  text[kFlagsAt - 1] = '-';
  text[kFlagsAt] = '0';
  text[kFlagsAt + 1] = static_cast<char>('0' + (static_cast<unsigned>(span.flags) & 0x03U));
  return text;
}

}  // namespace container_kit::telemetry
