#include "manager/log_line.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "base/utf8.h"
#include "privacy/guarded.h"
#include "privacy/value_text.h"

namespace container_kit::telemetry {
namespace {

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}

void append_escaped(std::string& line, char c) {
  if (c == '"' || c == '\\') {
    line += '\\';
    line += c;
  } else if (c == '\n') {
    line += "\\n";
  } else if (is_control(c)) {
    std::array<char, 5> hex{};
    std::snprintf(hex.data(), hex.size(), "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    line += hex.data();
  } else {
    line += c;
  }
}

void append_value(std::string& line, std::string_view text) {
  const auto needs_quotes = [](char c) {
    return c == ' ' || c == '"' || c == '=' || c == '\\' || is_control(c);
  };
  const std::string valid = base::sanitize_utf8(text);
  if (!valid.empty() && std::none_of(valid.begin(), valid.end(), needs_quotes)) {
    line += valid;
    return;
  }
  line += '"';
  for (const char c : valid) append_escaped(line, c);
  line += '"';
}

// An array's elements are separated by commas.
std::string text_of(const AttributeValue& value, const privacy::Filter* filter, int deepest) {
  privacy::NumberText room;
  if (!privacy::has_elements(value.type()))
    return privacy::guarded(filter, privacy::scalar_text(value, room));
  std::string text;
  if (deepest == 0) return text;
  privacy::for_each_element(value, [&](const AttributeValue& element) {
    text += (text.empty() ? "" : ",") + text_of(element, filter, deepest - 1);
    return true;
  });
  return text;
}

// RFC 3339, in UTC.
std::string time_text(std::int64_t unix_nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kMillisecond = 1'000'000;
  const std::time_t seconds = unix_nanoseconds / kSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + size, text.size() - size, ".%03dZ",
                static_cast<int>(unix_nanoseconds % kSecond / kMillisecond));
  return text.data();
}

}  // namespace

std::string log_line(std::string_view message, Attributes attributes, std::int64_t unix_nanoseconds,
                     const SpanContext& span, const privacy::Filter* filter) {
  constexpr int kDeepest = 8;
  std::string line;
  for (const char c : base::sanitize_utf8(privacy::guarded(filter, message))) {
    line += is_control(c) ? ' ' : c;
  }
  for (const Attribute& attribute : attributes) {
    const privacy::GuardedAttribute guarded(filter, attribute);
    if (guarded.is_dropped()) continue;
    line.append(" ").append(base::sanitize_utf8(attribute.key)).append("=");
    append_value(line, text_of(guarded.get().value, guarded.inside(), kDeepest));
  }
  line.append(" time=").append(time_text(unix_nanoseconds));
  if (span.is_valid()) {
    line.append(" trace_id=")
        .append(span.trace_id.to_hex())
        .append(" span_id=")
        .append(span.span_id.to_hex());
  }
  return line;
}

}  // namespace container_kit::telemetry
