// What belongs to a person: e-mail addresses and card numbers.
#include <algorithm>
#include <array>
#include <iterator>

#include "privacy/characters.h"
#include "privacy/detectors.h"

namespace container_kit::telemetry::privacy {
namespace {

constexpr bool is_local_part(char c) noexcept {
  return is_alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}

constexpr bool is_domain(char c) noexcept {
  return is_alnum(c) || c == '.' || c == '-';
}

// Last labels that no mail goes to: hosts inside, units of systemd, pictures (`icon@2x.png`).
constexpr std::string_view kNoMail[] = {
    "local", "internal", "localhost", "localdomain", "lan", "service", "socket", "timer", "target", "mount",
    "slice", "scope",    "path",      "png",         "jpg", "jpeg",    "gif",    "svg",   "webp",   "git"};

// `git@github.com:owner/repository`: a place that ssh copies from, where a path follows the colon.
bool is_ssh_path(std::string_view text, std::size_t colon) noexcept {
  if (char_at(text, colon) != ':') return false;
  const std::size_t end = look_end(text, colon + 1, [](char c) { return !is_space(c) && !is_quote(c); });
  return text.substr(colon, end - colon).find('/') != std::string_view::npos;
}

// How the digits of cards begin, by the issuers' lists (ISO/IEC 7812), and how many there are.
struct Issuer {
  std::uint32_t first;  // of the first six digits
  std::uint32_t last;
  std::size_t least;
  std::size_t most;
};
constexpr Issuer kIssuers[] = {
    {400000, 499999, 13, 19},                                                      // Visa
    {510000, 559999, 16, 16}, {222100, 272099, 16, 16},                            // Mastercard
    {340000, 349999, 15, 15}, {370000, 379999, 15, 15},                            // American Express
    {601100, 601199, 16, 19}, {644000, 659999, 16, 19},                            // Discover
    {352800, 358999, 16, 19},                                                      // JCB
    {300000, 305999, 14, 19}, {360000, 369999, 14, 19}, {380000, 399999, 14, 19},  // Diners Club
    {620000, 629999, 16, 19},                                                      // UnionPay
    {501800, 501899, 13, 19}, {502000, 502099, 13, 19}, {503800, 503899, 13, 19},  // Maestro
    {589300, 589399, 13, 19}, {630400, 630499, 13, 19}, {675900, 675999, 13, 19}, {676100, 676399, 13, 19},
};

constexpr std::size_t kFewestDigits = 13;
constexpr std::size_t kMostDigits = 19;

// The digits of one number, and the sizes of the groups that they are written in.
struct Digits {
  std::array<std::uint8_t, kMostDigits> values{};
  std::size_t count = 0;
  std::array<std::size_t, kMostDigits + 1> groups{};
  std::size_t group_count = 1;

  bool add(char digit) noexcept {
    if (count == kMostDigits) return false;
    values[count++] = static_cast<std::uint8_t>(digit - '0');
    ++groups[group_count - 1];
    return true;
  }
  bool is_from_an_issuer() const noexcept {
    std::uint32_t first = 0;
    for (std::size_t i = 0; i < 6; ++i) first = first * 10 + values[i];
    return std::any_of(std::begin(kIssuers), std::end(kIssuers), [&](const Issuer& issuer) {
      return first >= issuer.first && first <= issuer.last && count >= issuer.least && count <= issuer.most;
    });
  }
  // ISO/IEC 7812-1, annex B (Luhn): every second digit from the right counts twice.
  bool has_right_check_digit() const noexcept {
    unsigned sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned digit = values[count - 1 - i];
      const unsigned doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
      sum += i % 2 == 0 ? digit : doubled;
    }
    return sum % 10 == 0;
  }
  // In one run, in fours, or as 4-6-5 and 4-6-4.
  bool is_grouped_as_cards_are() const noexcept {
    if (group_count == 1) return true;
    if (groups[0] != 4) return false;
    if (group_count == 3 && groups[1] == 6) return groups[2] == 5 || groups[2] == 4;
    for (std::size_t i = 1; i + 1 < group_count; ++i) {
      if (groups[i] != 4) return false;
    }
    return groups[group_count - 1] <= 4;
  }
};

}  // namespace

bool find_email(const Place& place, TextRange& found) noexcept {
  constexpr std::size_t kLongestLocalPart = 64;  // RFC 5321, 4.5.3.1.1
  std::size_t begin = place.at;
  while (begin > place.floor && place.at - begin < kLongestLocalPart && is_local_part(place.text[begin - 1]))
    --begin;
  while (begin < place.at && !is_alnum(place.text[begin]) && place.text[begin] != '_') ++begin;
  const bool is_user_of_url =
      place.text.substr(0, begin).ends_with("://");  // which find_url_credentials left
  if (begin == place.at || is_user_of_url) return false;
  std::size_t end = run_end(place.text, place.at + 1, is_domain);
  while (end > place.at + 1 && !is_alnum(place.text[end - 1])) --end;  // a full stop behind it
  const std::string_view domain = place.text.substr(place.at + 1, end - place.at - 1);
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || !is_alnum(domain.front())) return false;
  const std::string_view last = domain.substr(dot + 1);
  const bool is_registered = last.size() >= 2 && std::all_of(last.begin(), last.end(), is_letter) &&
                             std::none_of(std::begin(kNoMail), std::end(kNoMail),
                                          [&](std::string_view no) { return equals_in_any_case(last, no); });
  if (!is_registered || is_ssh_path(place.text, end)) return false;
  found = {begin, end};
  return true;
}

bool find_card_number(const Place& place, TextRange& found) noexcept {
  const std::string_view text = place.text;
  const char before = char_before(text, place.at);
  // Not the end of a longer number: of a decimal, a date, a UUID.
  const bool is_joined = before == '.' || before == '-' || before == '_';
  if (is_alnum(before) || (is_joined && place.at >= 2 && is_digit(text[place.at - 2]))) return false;
  Digits digits;
  std::size_t at = place.at;
  for (; at < text.size(); ++at) {
    if (is_digit(text[at])) {
      if (!digits.add(text[at])) return false;
    } else if ((text[at] == ' ' || text[at] == '-') && is_digit(char_at(text, at + 1)) &&
               digits.count < kMostDigits - 3 && digits.groups[digits.group_count - 1] >= 4) {
      ++digits.group_count;
    } else {
      break;
    }
  }
  const char after = char_at(text, at);
  const bool goes_on = is_alnum(after) || ((after == '.' || after == '-') && is_alnum(char_at(text, at + 1)));
  if (goes_on || digits.count < kFewestDigits || !digits.is_grouped_as_cards_are()) return false;
  if (!digits.is_from_an_issuer() || !digits.has_right_check_digit()) return false;
  found = {place.at, at};
  return true;
}

}  // namespace container_kit::telemetry::privacy
