#include "context/percent.h"

#include "base/utf8.h"
#include "context/hex.h"

namespace container_kit::telemetry::propagation {
namespace {

unsigned digit_value(char digit) noexcept {
  const char lower = digit >= 'A' && digit <= 'F' ? static_cast<char>(digit - 'A' + 'a') : digit;
  return hex::kValues[static_cast<unsigned char>(lower)];
}

}  // namespace

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    out += text[at];
    if (text[at] != '%' || at + 2 >= text.size()) continue;
    const unsigned high = digit_value(text[at + 1]);
    const unsigned low = digit_value(text[at + 2]);
    if ((high | low) > 0x0F) continue;
    out.back() = static_cast<char>(high << 4U | low);
    at += 2;
  }
  return base::is_valid_utf8(out) ? out : base::sanitize_utf8(out);
}

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_baggage_octet(c) && c != '%') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0x0FU];
  }
}

}  // namespace container_kit::telemetry::propagation
