// Percent-encoding, as W3C Baggage and Jaeger use it for values (RFC 3986 section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace container_kit::telemetry::propagation {

// A '%' that no two hexadecimal digits follow stays as it is. What is no UTF-8 then becomes U+FFFD.
std::string percent_decode(std::string_view text);

// Appends the text with everything encoded that is no baggage-octet, and '%' itself.
void append_percent_encoded(std::string& out, std::string_view text);

// %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E: no controls, spaces, quotes, commas, semicolons, backslashes.
constexpr bool is_baggage_octet(char c) noexcept {
  return c > 0x20 && c < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\';
}

}  // namespace container_kit::telemetry::propagation
