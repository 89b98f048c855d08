// Credentials that are known by what stands before them: a scheme, or a URL.
#include <algorithm>
#include <array>

#include "privacy/characters.h"
#include "privacy/detectors.h"

namespace container_kit::telemetry::privacy {
namespace {

constexpr std::string_view kBearer = "bearer";
constexpr std::string_view kBasic = "basic";

// RFC 6750's b64token.
constexpr bool is_token(char c) noexcept {
  return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == '+' || c == '/' || c == '=';
}

// Not a word of prose, as in "bearer authentication failed".
bool looks_random(std::string_view token) noexcept {
  constexpr std::size_t kShortest = 8;
  constexpr std::size_t kTooLongForAWord = 24;
  if (token.size() < kShortest) return false;
  const bool has_digit = std::any_of(token.begin(), token.end(), is_digit);
  const bool has_hump = std::any_of(token.begin() + 1, token.end(), is_upper) &&
                        std::any_of(token.begin(), token.end(), is_lower);
  return has_digit || has_hump || token.size() >= kTooLongForAWord;
}

int base64_value(char c) noexcept {
  if (is_upper(c)) return c - 'A';
  if (is_lower(c)) return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

// RFC 7617: the base64 form of "user:password", all of it text.
bool is_user_and_password(std::string_view base64) noexcept {
  std::uint32_t bits = 0;
  unsigned pending = 0;
  bool has_colon = false;
  for (const char c : base64) {
    if (c == '=') break;
    const int value = base64_value(c);
    if (value < 0) return false;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    const std::uint32_t byte = bits >> pending & 0xFFU;
    if (byte < 0x20 || byte == 0x7F) return false;
    has_colon = has_colon || byte == ':';
  }
  return has_colon;
}

// What ends the authority of a URL (RFC 3986, 3.2), or the URL itself.
constexpr bool ends_url(char c) noexcept {
  return is_space(c) || is_quote(c) || c == '<' || c == '>' || c == '\\' || c == '\0';
}
constexpr bool ends_authority(char c) noexcept {
  return ends_url(c) || c == '/' || c == '?' || c == '#' || c == ',' || c == ';';
}

// Where the userinfo that begins at `begin` ends, at its `@`; npos: there is none. Passwords are written into
// URLs as they are, too, with `/`, `?` and `#` in them: so behind a colon that no port follows, the `@` may
// come later.
std::size_t end_of_userinfo(std::string_view text, std::size_t begin) noexcept {
  const std::size_t authority_end = look_end(text, begin, [](char c) { return !ends_authority(c); });
  const std::string_view authority = text.substr(begin, authority_end - begin);
  if (const std::size_t at_sign = authority.rfind('@'); at_sign != std::string_view::npos)
    return begin + at_sign;
  if (authority.starts_with('[')) return std::string_view::npos;  // an IPv6 address
  const std::size_t colon = authority.find(':');
  if (colon == std::string_view::npos || authority_end == text.size()) return std::string_view::npos;
  const std::string_view port = authority.substr(colon + 1);
  if (std::all_of(port.begin(), port.end(), is_digit)) return std::string_view::npos;
  const std::size_t url_end = look_end(text, begin, [](char c) { return !ends_url(c); });
  const std::size_t at_sign = text.substr(0, url_end).find('@', authority_end);
  return at_sign;
}

// The scheme before the `:`, in its own letters.
std::string_view scheme_before(const Place& place) noexcept {
  std::size_t begin = place.at;
  constexpr std::size_t kLongestScheme = 32;
  while (begin > 0 && place.at - begin < kLongestScheme &&
         (is_alnum(place.text[begin - 1]) || place.text[begin - 1] == '+')) {
    --begin;
  }
  return place.text.substr(begin, place.at - begin);
}

}  // namespace

bool find_authorization(const Place& place, TextRange& found) noexcept {
  const std::string_view rest = place.text.substr(place.at);
  const bool is_bearer = starts_with_in_any_case(rest, kBearer);
  if (!is_bearer && !starts_with_in_any_case(rest, kBasic)) return false;
  const std::size_t scheme_end = place.at + (is_bearer ? kBearer : kBasic).size();
  std::size_t begin = run_end(place.text, scheme_end, is_blank);
  // Percent-encoded, or as a form has it: written as in a header, or behind the `=` of a query.
  const bool may_be_encoded = rest.front() == 'B' || char_before(place.text, place.at) == '=';
  if (begin == scheme_end && may_be_encoded) {
    if (char_at(place.text, begin) == '+') ++begin;
    if (begin == scheme_end && place.text.substr(begin).starts_with("%20")) begin += 3;
  }
  if (begin == scheme_end) return false;
  const std::string_view token = place.text.substr(begin, look_end(place.text, begin, is_token) - begin);
  if (is_bearer ? !looks_random(token) : !is_user_and_password(token)) return false;
  found = {begin, run_end(place.text, begin + token.size(), is_token)};
  return true;
}

// Userinfo (RFC 3986, 3.2.1), with a password or, where the scheme is the web's, without.
bool find_url_credentials(const Place& place, TextRange& found) noexcept {
  if (!place.text.substr(place.at).starts_with("://")) return false;
  const std::size_t begin = place.at + 3;
  const std::size_t at_sign = end_of_userinfo(place.text, begin);
  if (at_sign == std::string_view::npos || at_sign == begin) return false;
  const std::string_view scheme = scheme_before(place);
  const bool is_web = equals_in_any_case(scheme, "http") || equals_in_any_case(scheme, "https");
  const bool has_password = place.text.substr(begin, at_sign - begin).find(':') != std::string_view::npos;
  if (!is_web && !has_password) return false;
  found = {begin, at_sign};
  return true;
}

}  // namespace container_kit::telemetry::privacy
