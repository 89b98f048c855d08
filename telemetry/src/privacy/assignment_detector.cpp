// Values that a text assigns to a secret name: password=x, "apiKey": "x", Cookie: x, <secret>x</secret>,
// --token x, ?sig=x.
#include <algorithm>
#include <iterator>

#include "privacy/characters.h"
#include "privacy/detectors.h"
#include "privacy/sensitive_name.h"

namespace container_kit::telemetry::privacy {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostBlanks = 4;
constexpr std::size_t kNowhere = std::string_view::npos;

constexpr bool is_name(char c) noexcept {
  return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

struct Name {
  std::string_view text;
  std::size_t begin = 0;
  char quote = '\0';  // that stands around it
};

// The name before the sign, with what may stand between them: blanks, quotes, the bracket of an index, `:=`.
Name name_before(const Place& place) noexcept {
  std::size_t end = place.at;
  const auto before = [&] { return end > place.floor ? place.text[end - 1] : '\0'; };
  if (before() == ':') --end;
  for (std::size_t i = 0; i < kMostBlanks && is_blank(before()); ++i) --end;
  if (before() == ']') --end;
  Name name;
  if (is_quote(before())) {
    name.quote = before();
    --end;
    if (before() == '\\') --end;
  }
  std::size_t begin = end;
  while (begin > place.floor && end - begin < kLongestName && is_name(place.text[begin - 1])) --begin;
  name.text = place.text.substr(begin, end - begin);
  name.begin = begin;
  return name;
}

// Stands for a secret without being one.
bool is_placeholder(std::string_view value) noexcept {
  constexpr std::string_view kWords[] = {"null", "none", "nil", "undefined", "true", "false", "redacted"};
  const bool is_word = std::any_of(std::begin(kWords), std::end(kWords),
                                   [&](std::string_view word) { return equals_in_any_case(value, word); });
  const auto is_blot = [](char c) { return c == '*' || c == '.' || c == '?' || c == '-'; };
  return is_word || std::all_of(value.begin(), value.end(), is_blot) || value.starts_with("${") ||
         value.starts_with("{{") || value.starts_with("REDACTED") || value.starts_with("hash:");
}

// Whether a word after "token: " is one that prose would not have there.
bool looks_secret(std::string_view value) noexcept {
  constexpr std::size_t kTooLongForAWord = 16;
  return value.size() >= kTooLongForAWord || std::any_of(value.begin(), value.end(), is_digit) ||
         (value.size() > 1 && std::any_of(value.begin() + 1, value.end(), is_upper));
}

// Whether a closing bracket or a comma there ends a value, or is part of a password.
bool closes(std::string_view text, std::size_t at) noexcept {
  if (text[at] != ',') return !is_alnum(char_at(text, at + 1));
  std::size_t next = run_end(text, at + 1, is_blank);
  if (next > at + 1 || next >= text.size() || is_quote(text[next])) return true;
  next = run_end(text, next, is_name);
  return char_at(text, next) == '=' || char_at(text, next) == ':';
}

std::size_t end_of_bare_value(std::string_view text, std::size_t at) noexcept {
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_space(c) || is_quote(c) || c == ';' || c == '&' || c == '<' || c == '>' || c == '|') return at;
    if (c == '\\' && (char_at(text, at + 1) == 'n' || is_quote(char_at(text, at + 1)))) return at;
    if ((c == ',' || c == ')' || c == ']' || c == '}') && closes(text, at)) return at;
  }
  return at;
}

// At the closing quote, or the backslash before it where the opening one has one.
std::size_t end_of_quoted_value(std::string_view text, std::size_t at, char quote, bool escaped) noexcept {
  for (; at < text.size(); ++at) {
    if (escaped && text[at] == '\\' && char_at(text, at + 1) == quote) return at;
    if (text[at] == quote && !escaped) return at;
    if (text[at] == '\\' && !escaped) ++at;
  }
  return text.size();
}

bool is_scheme(std::string_view word) noexcept {
  constexpr std::string_view kSchemes[] = {"bearer",    "basic", "digest",           "token", "apikey",
                                           "negotiate", "ntlm",  "aws4-hmac-sha256", "hawk"};
  return std::any_of(std::begin(kSchemes), std::end(kSchemes),
                     [&](std::string_view scheme) { return equals_in_any_case(word, scheme); });
}

// A header's value is the rest of the line, or of the quotes that the whole header stands in.
std::size_t end_of_header_value(std::string_view text, const Name& name, std::size_t at) noexcept {
  const char before = char_before(text, name.begin);
  const char quote = is_quote(before) ? before : '\n';
  const std::size_t end =
      look_end(text, at, [quote](char c) { return c != '\n' && c != '\r' && c != quote; });
  return end - at < kLongestLook ? end : text.size();
}

struct Value {
  std::size_t begin = kNowhere;
  std::size_t end = kNowhere;
  bool quoted = false;
};

Value value_behind(std::string_view text, std::size_t at) noexcept {
  at = run_end(text, at, [](char c) { return c == '=' || c == '>'; });  // ==, =>
  Value value;
  value.begin = run_end(text, at, is_blank);
  const bool escaped = char_at(text, value.begin) == '\\' && is_quote(char_at(text, value.begin + 1));
  if (escaped) ++value.begin;
  const char first = char_at(text, value.begin);
  value.quoted = is_quote(first) || first == '[';
  if (is_quote(first)) {
    ++value.begin;
    value.end = end_of_quoted_value(text, value.begin, first, escaped);
  } else if (first == '[') {  // a list of them
    ++value.begin;
    value.end = std::min(text.find(']', value.begin), text.size());
  } else {
    value.end = end_of_bare_value(text, value.begin);
    if (is_scheme(text.substr(value.begin, value.end - value.begin)) && is_blank(char_at(text, value.end))) {
      value.end = end_of_bare_value(text, run_end(text, value.end, is_blank));
    }
  }
  return value;
}

bool is_header_value(std::string_view value) noexcept {
  const std::size_t word = std::min(value.find(' '), value.size());
  return is_scheme(value.substr(0, word)) || looks_secret(value.substr(0, word)) ||
         value.find('=') != std::string_view::npos;
}

// What is said of a password, and is none: "password: required".
bool is_said_of_a_secret(std::string_view value) noexcept {
  constexpr std::string_view kWords[] = {
      "required", "invalid", "missing", "wrong",  "incorrect", "expired", "empty",   "must",    "is",
      "not",      "too",     "cannot",  "failed", "denied",    "unset",   "unknown", "changed", "mismatch"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return equals_in_any_case(value, word); });
}

// Whether the value is one, given how its name is written and what stands between them.
bool is_secret_value(NameClass name, char sign, const Value& value, std::string_view text) noexcept {
  const bool is_bare_colon = sign == ':' && !value.quoted;
  if (name == NameClass::kShort) return !is_bare_colon && !std::all_of(text.begin(), text.end(), is_digit);
  if (name == NameClass::kWeak) return !is_bare_colon || looks_secret(text);
  if (name == NameClass::kHeader) return !is_bare_colon || is_header_value(text);
  return !is_bare_colon || !is_said_of_a_secret(text);
}

bool is_query_secret(const Place& place, const Name& name, std::string_view value) noexcept {
  constexpr std::size_t kShortest = 6;
  const char before = char_before(place.text, name.begin);
  return place.text[place.at] == '=' && (before == '?' || before == '&') && value.size() >= kShortest &&
         is_secret_in_query(name.text) && looks_secret(value);
}

// <password>hunter2</password>
bool find_element(const Place& place, TextRange& found) noexcept {
  const Name name = name_before(place);
  if (char_before(place.text, name.begin) != '<' || class_of_name(name.text) < NameClass::kWeak) return false;
  const std::size_t end = std::min(place.text.find('<', place.at + 1), place.text.size());
  if (is_placeholder(place.text.substr(place.at + 1, end - place.at - 1))) return false;
  found = {place.at + 1, end};
  return true;
}

}  // namespace

bool find_assignment(const Place& place, TextRange& found) noexcept {
  const char sign = place.text[place.at];
  if (sign == '>') return find_element(place, found);
  const Name name = name_before(place);
  if (name.text.empty()) return false;
  const NameClass name_class = class_of_name(name.text);
  const char before = char_before(place.text, name.begin);
  if (name_class == NameClass::kHarmless && before != '?' && before != '&') return false;
  Value value = value_behind(place.text, place.at + 1);
  if (name_class == NameClass::kHeader && sign == ':' && !value.quoted) {
    value.end = end_of_header_value(place.text, name, value.begin);
  }
  if (value.end <= value.begin) return false;
  const std::string_view text = place.text.substr(value.begin, value.end - value.begin);
  if (is_placeholder(text) || std::none_of(text.begin(), text.end(), is_alnum)) return false;
  const bool is_secret = name_class == NameClass::kHarmless ? is_query_secret(place, name, text)
                                                            : is_secret_value(name_class, sign, value, text);
  if (!is_secret) return false;
  found = {value.begin, value.end};
  return true;
}

bool find_flag(const Place& place, TextRange& found) noexcept {
  if (!place.text.substr(place.at).starts_with("--")) return false;
  const std::size_t begin = place.at + 2;
  const std::size_t end = run_end(place.text.substr(0, begin + kLongestName), begin, is_name);
  if (!is_blank(char_at(place.text, end)) ||
      class_of_name(place.text.substr(begin, end - begin)) < NameClass::kWeak) {
    return false;
  }
  std::size_t value = run_end(place.text, end, is_blank);
  const char quote = char_at(place.text, value);
  std::size_t value_end = 0;
  if (is_quote(quote)) {
    ++value;
    value_end = end_of_quoted_value(place.text, value, quote, false);
  } else {
    value_end = run_end(place.text, value, [](char c) { return !is_space(c) && !is_quote(c); });
  }
  if (value_end == value || char_at(place.text, value) == '-' ||
      is_placeholder(place.text.substr(value, value_end - value))) {
    return false;
  }
  found = {value, value_end};
  return true;
}

}  // namespace container_kit::telemetry::privacy
