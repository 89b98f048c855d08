#include "trace/probability.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/bytes.h"

namespace container_kit::telemetry::trace {
namespace {

constexpr std::size_t kRandomnessDigits = 14;  // 56 bits
constexpr std::size_t kMaxMembers = 32;        // W3C: of a tracestate

// The value of the tracestate's `ot` member, or empty.
std::string_view ot_value(std::string_view trace_state) noexcept {
  while (!trace_state.empty()) {
    const std::size_t comma = std::min(trace_state.find(','), trace_state.size());
    const std::string_view member = trace_state.substr(0, comma);
    if (member.starts_with("ot=")) return member.substr(3);
    trace_state.remove_prefix(std::min(comma + 1, trace_state.size()));
  }
  return {};
}

// The threshold in hexadecimal without its trailing zeros; "0" for 0.
std::string threshold_text(std::uint64_t threshold) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 52; shift >= 0; shift -= 4) text += kDigits[(threshold >> shift) & 0xFU];
  text.erase(text.find_last_not_of('0') + 1);
  return text.empty() ? "0" : text;
}

}  // namespace

std::uint64_t sampling_threshold(double rate) noexcept {
  const double rejected = (1.0 - rate) * static_cast<double>(kSampleNever);
  if (!(rate > 0.0)) return kSampleNever;
  return static_cast<std::uint64_t>(std::llround(std::max(rejected, 0.0)));
}

std::uint64_t randomness_of(const TraceId& trace_id, std::string_view trace_state) noexcept {
  std::string_view members = ot_value(trace_state);
  while (!members.empty()) {
    const std::size_t end = std::min(members.find(';'), members.size());
    const std::string_view member = members.substr(0, end);
    members.remove_prefix(std::min(end + 1, members.size()));
    if (!member.starts_with("rv:") || member.size() != 3 + kRandomnessDigits) continue;
    std::uint64_t value = 0;
    const char* const first = member.data() + 3;
    const auto parsed = std::from_chars(first, first + kRandomnessDigits, value, 16);
    if (parsed.ec == std::errc() && parsed.ptr == first + kRandomnessDigits) return value;
  }
  return __builtin_bswap64(base::load64(trace_id.bytes.data() + 8)) & (kSampleNever - 1);
}

std::string with_threshold(std::string_view trace_state, std::uint64_t threshold) {
  std::string out = "ot=th:" + threshold_text(threshold);
  std::string_view members = ot_value(trace_state);
  while (!members.empty()) {
    const std::size_t end = std::min(members.find(';'), members.size());
    if (!members.starts_with("th:")) out.append(";").append(members.substr(0, end));
    members.remove_prefix(std::min(end + 1, members.size()));
  }
  for (std::size_t count = 1; !trace_state.empty() && count < kMaxMembers; ++count) {
    const std::size_t comma = std::min(trace_state.find(','), trace_state.size());
    const std::string_view member = trace_state.substr(0, comma);
    if (!member.starts_with("ot=")) out.append(",").append(member);
    trace_state.remove_prefix(std::min(comma + 1, trace_state.size()));
  }
  return out;
}

}  // namespace container_kit::telemetry::trace
