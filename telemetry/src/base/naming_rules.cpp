#include "base/naming_rules.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/ascii.h"

namespace container_kit::telemetry::base {
namespace {

constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// "httpStatusCode", "HTTPStatus code" and "http_status-code" alike: http, status, code.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '_' || c == '-' || c == ' ') {
      words.emplace_back();
      continue;
    }
    const bool after_lower = i > 0 && !is_upper(text[i - 1]) && text[i - 1] != ' ';
    const bool before_lower = i + 1 < text.size() && is_lower(text[i + 1]);
    if (is_upper(c) && (after_lower || before_lower)) words.emplace_back();
    words.back() += to_lower(c);
  }
  std::erase(words, std::string());
  return words;
}

std::string joined(const std::vector<std::string>& words, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < words.size(); ++i) text += (i == from ? "" : "_") + words[i];
  return text;
}

// What a bare noun most likely means.
std::string_view known_key(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kKnown{{{"error", "error.type"},
                                                                                 {"host", "host.name"},
                                                                                 {"pod", "k8s.pod.name"},
                                                                                 {"service", "service.name"},
                                                                                 {"session", "session.id"},
                                                                                 {"stage", "pipeline.stage"},
                                                                                 {"tool", "tool.name"},
                                                                                 {"user", "user.id"}}};
  const auto* const known =
      std::find_if(kKnown.begin(), kKnown.end(), [word](const auto& pair) { return pair.first == word; });
  return known == kKnown.end() ? std::string_view() : known->second;
}

std::string namespace_of(std::string_view span_name) {
  const std::size_t end = span_name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
  const bool has_one = end != std::string_view::npos && end > 0 && span_name[end] == '.';
  return has_one ? std::string(span_name.substr(0, end)) : "app";
}

bool ends_in_a_foreign_name(std::string_view key) {
  constexpr std::array<std::string_view, 7> kBefore{".label.",     ".annotation.", ".environment_variable.",
                                                    ".header.",    ".metadata.",   ".attribute.",
                                                    ".attributes."};
  return std::any_of(kBefore.begin(), kBefore.end(),
                     [key](std::string_view before) { return key.find(before) != std::string_view::npos; });
}

// With its parts in lower case, their words joined by underscores; dashes stay.
std::string in_lower_parts(std::string_view key) {
  std::string better;
  while (true) {
    const std::size_t dot = key.find('.');
    const std::string_view part = key.substr(0, dot);
    const bool is_plain =
        std::none_of(part.begin(), part.end(), [](char c) { return is_upper(c) || c == ' '; });
    better += is_plain ? std::string(part) : joined(words_of(part), 0);
    if (dot == std::string_view::npos) return better;
    better += '.';
    key.remove_prefix(dot + 1);
  }
}

// Where an identifier begins at `at`: its end; else `at`. Identifiers are numbers of five digits and more,
// and words of eight hexadecimal digits and more, UUIDs among them, with a digit in them.
std::size_t identifier_end(std::string_view name, std::size_t at) {
  constexpr std::size_t kLeastDigits = 5;
  constexpr std::size_t kLeastHex = 8;
  std::size_t end = at;
  bool has_digit = false;
  bool has_other = false;
  while (end < name.size() && (is_hex(name[end]) || (name[end] == '-' && end > at))) {
    has_digit = has_digit || is_digit(name[end]);
    has_other = has_other || !is_digit(name[end]);
    ++end;
  }
  const bool is_word = end == name.size() || !(is_lower(to_lower(name[end])) || name[end] == '_');
  const std::size_t least = has_other ? kLeastHex : kLeastDigits;
  return is_word && has_digit && end - at >= least ? end : at;
}

std::string without_identifiers(std::string_view name) {
  std::string better;
  bool at_word = true;
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t end = at_word ? identifier_end(name, i) : i;
    if (end != i) {
      better += "{id}";
      i = end;
      at_word = false;
      continue;
    }
    at_word = !is_lower(to_lower(name[i])) && !is_digit(name[i]) && name[i] != '_';
    better += name[i++];
  }
  return better;
}

}  // namespace

std::string better_attribute_key(std::string_view key, std::string_view span_name) {
  if (key.empty() || ends_in_a_foreign_name(key)) return {};
  std::string better;
  if (key.find('.') != std::string_view::npos) {
    better = in_lower_parts(key);
  } else if (const auto words = words_of(key); words.size() > 1) {
    better = words[0] + "." + joined(words, 1);
  } else if (!words.empty()) {
    const std::string_view known = known_key(words[0]);
    better = known.empty() ? namespace_of(span_name) + "." + words[0] : std::string(known);
  }
  return better == key ? std::string() : better;
}

std::string better_span_name(std::string_view name) {
  if (name.find_first_of(" ./:") != std::string_view::npos) {
    std::string better = without_identifiers(name);
    return better == name ? std::string() : better;
  }
  // A word of capitals is a method or a statement: GET, SELECT.
  if (name.empty() || std::all_of(name.begin(), name.end(), is_upper)) return {};
  if (name == "request") return "http.METHOD /route";
  if (name == "build") return "pipeline.NAME.build";
  const auto words = words_of(name);
  const bool is_one_word = std::none_of(name.begin(), name.end(), is_upper);
  if (is_one_word || words.size() < 2) return "tool." + in_lower_parts(name);
  return words[0] + "." + joined(words, 1);
}

}  // namespace container_kit::telemetry::base
