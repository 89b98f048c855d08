// ASCII text, whatever the locale.
#pragma once

#include <string_view>

namespace container_kit::telemetry::base {

constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Without the white space around it: of headers the optional white space (OWS) of RFC 9110, section 5.6.3, of
// lines also what ends them.
constexpr std::string_view kHeaderSpace = " \t";
constexpr std::string_view kLineSpace = " \t\r\n";
constexpr std::string_view trim(std::string_view text, std::string_view space = kHeaderSpace) noexcept {
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

}  // namespace container_kit::telemetry::base
