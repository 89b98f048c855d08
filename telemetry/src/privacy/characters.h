// Classes of ASCII characters, and looking around in a text without leaving it.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/ascii.h"

namespace container_kit::telemetry::privacy {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_letter(char c) noexcept {
  return is_lower(c) || is_upper(c);
}
constexpr bool is_alnum(char c) noexcept {
  return is_letter(c) || is_digit(c);
}
constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}
constexpr bool is_space(char c) noexcept {
  return is_blank(c) || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}
constexpr bool is_quote(char c) noexcept {
  return c == '"' || c == '\'' || c == '`';
}
constexpr bool is_base64(char c) noexcept {
  return is_alnum(c) || c == '+' || c == '/';
}
constexpr bool is_base64url(char c) noexcept {
  return is_alnum(c) || c == '-' || c == '_';
}
using base::to_lower;

// The character there, or NUL, which is in none of the classes, beyond the text's ends.
constexpr char char_at(std::string_view text, std::size_t at) noexcept {
  return at < text.size() ? text[at] : '\0';
}
constexpr char char_before(std::string_view text, std::size_t at) noexcept {
  return at > 0 ? text[at - 1] : '\0';
}

// Where the run of such characters that begins at `at` ends.
template <typename Predicate>
constexpr std::size_t run_end(std::string_view text, std::size_t at, Predicate&& belongs) noexcept {
  while (at < text.size() && belongs(text[at])) ++at;
  return at;
}

// The same, but no further than kLongestLook: for what is looked at to decide whether there is anything.
// Texts made to have every place look far ahead cost no more than that for each.
constexpr std::size_t kLongestLook = 2048;
template <typename Predicate>
constexpr std::size_t look_end(std::string_view text, std::size_t at, Predicate&& belongs) noexcept {
  return run_end(text.substr(0, at + kLongestLook), at, belongs);
}

// `lower` is in lower case.
constexpr bool starts_with_in_any_case(std::string_view text, std::string_view lower) noexcept {
  if (text.size() < lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (to_lower(text[i]) != lower[i]) return false;
  }
  return true;
}
constexpr bool equals_in_any_case(std::string_view text, std::string_view lower) noexcept {
  return text.size() == lower.size() && starts_with_in_any_case(text, lower);
}

}  // namespace container_kit::telemetry::privacy
