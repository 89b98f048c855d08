#include "analyze/text.h"

#include <cctype>

namespace container_kit::kit::analysis {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

std::string_view without_comment(std::string_view line, std::string_view mark) {
  char quote = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (quote != 0) {
      if (c == '\\') ++at;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (line.substr(at).starts_with(mark) && (at == 0 || line[at - 1] != ':')) {
      return line.substr(0, at);
    }
  }
  return line;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const auto from = text.find_first_not_of(kSpace);
  if (from == kNotFound) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    auto line = text.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(newline == kNotFound ? text.size() : newline + 1);
  }
  return lines;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto at = text.find(separator);
    if (const auto part = trim(text.substr(0, at)); !part.empty()) parts.push_back(part);
    text.remove_prefix(at == kNotFound ? text.size() : at + 1);
  }
  return parts;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    words.push_back(text.substr(0, text.find_first_of(kSpace)));
    text.remove_prefix(words.back().size());
  }
  return words;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != kNotFound;
}

bool contains_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != kNotFound; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool starts = at == 0 || !is_word_character(text[at - 1]);
    if (starts && (end == text.size() || !is_word_character(text[end]))) return true;
  }
  return false;
}

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

std::vector<std::string_view> quoted_strings(std::string_view text) {
  std::vector<std::string_view> strings;
  for (auto at = text.find_first_of("\"'"); at != kNotFound; at = text.find_first_of("\"'", at)) {
    const auto end = text.find(text[at], at + 1);
    if (end == kNotFound) break;
    strings.push_back(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return strings;
}

std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after) {
  auto from = text.find(before);
  if (from == kNotFound) return std::nullopt;
  from += before.size();
  const auto end = text.find(after, from);
  if (end == kNotFound) return std::nullopt;
  return text.substr(from, end - from);
}

std::optional<std::string_view> quoted_after(std::string_view text, std::string_view key) {
  for (auto at = text.find(key); at != kNotFound; at = text.find(key, at + 1)) {
    const auto from = at + key.size();
    const auto strings = quoted_strings(text.substr(from, text.find('\n', from) - from));
    if (!strings.empty()) return strings.front();
  }
  return std::nullopt;
}

std::optional<std::string_view> setting(std::string_view text, std::string_view key) {
  for (auto line : lines_of(text)) {
    line = trim(line);
    if (line.starts_with("export ")) line.remove_prefix(7);
    if (!line.starts_with(key)) continue;
    line = trim(line.substr(key.size()));
    if (line.starts_with('=') || line.starts_with(':')) return unquoted(line.substr(1));
  }
  return std::nullopt;
}

std::string without_comments(std::string_view text, std::string_view mark) {
  std::string result;
  result.reserve(text.size());
  for (const auto line : lines_of(text)) {
    result += without_comment(line, mark);
    result += '\n';
  }
  return result;
}

}  // namespace container_kit::kit::analysis
