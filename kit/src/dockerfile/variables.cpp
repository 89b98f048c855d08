#include "dockerfile/variables.h"

#include <algorithm>

namespace container_kit::kit::dockerfile {
namespace {

bool has(std::string_view text, char byte) {
  return text.find(byte) != std::string_view::npos;
}

bool is_name_start(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

std::size_t end_of_name(std::string_view text, std::size_t begin) {
  auto end = begin;
  if (end < text.size() && is_digit(text[end])) {
    while (end < text.size() && is_digit(text[end])) ++end;  // a positional one
    return end;
  }
  while (end < text.size() && (is_name_start(text[end]) || is_digit(text[end]))) ++end;
  return end;
}

constexpr std::size_t kLongestBraces = 4096;  // longer ones are left alone, so that the time stays linear

// The "}" that closes the brace before `at`, or npos. Braces within are counted.
std::size_t closing_brace(std::string_view text, std::size_t at, char escape) {
  text = text.substr(0, at + std::min(text.size() - at, kLongestBraces));
  for (int depth = 1; at < text.size(); ++at) {
    if (text[at] == escape) {
      ++at;
    } else if (text[at] == '{' && at > 0 && text[at - 1] == '$') {
      ++depth;
    } else if (text[at] == '}' && --depth == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

std::string_view modifier_at(std::string_view rest) {
  for (const std::string_view modifier : {":-", ":+", ":?", "##", "%%", "//", "-", "+", "?", "#", "%", "/"}) {
    if (rest.starts_with(modifier)) return modifier;
  }
  return {};
}

struct Parsed {
  VariableUse use;
  std::size_t end = 0;  // behind it
};

// The variable whose "$" is at `at`; nothing where the "$" is only that.
std::optional<Parsed> variable_at(std::string_view text, std::size_t at, char escape) {
  const bool braced = text.substr(at + 1).starts_with('{');
  const auto begin = at + (braced ? 2 : 1);
  const auto end = end_of_name(text, begin);
  if (end == begin) return std::nullopt;
  Parsed parsed{{text.substr(begin, end - begin), at, {}, {}}, end};
  if (!braced) return parsed;
  const auto close = closing_brace(text, end, escape);
  if (close == std::string_view::npos) return std::nullopt;
  const auto rest = text.substr(end, close - end);
  const auto modifier = modifier_at(rest);
  parsed.use.modifier = modifier;
  parsed.use.word = rest.substr(modifier.size());
  parsed.end = close + 1;
  return parsed;
}

// Calls `plain` with each byte that stays and `variable` with each variable.
template <typename Plain, typename Variable>
void scan(std::string_view text, char escape, const Plain& plain, const Variable& variable) {
  bool in_double = false;
  for (std::size_t i = 0; i < text.size();) {
    const char byte = text[i];
    if (byte == '\'' && !in_double) {
      const auto end = std::min(text.find('\'', i + 1), text.size());
      for (++i; i < end; ++i) plain(text[i]);
      ++i;
    } else if (byte == '"') {
      in_double = !in_double;
      ++i;
    } else if (byte == escape && i + 1 < text.size()) {
      const char next = text[i + 1];
      if (in_double && next != '"' && next != '$' && next != escape) plain(byte);
      plain(next);
      i += 2;
    } else if (const auto found = byte == '$' ? variable_at(text, i, escape) : std::nullopt) {
      variable(found->use);
      i = found->end;
    } else {
      plain(byte);
      ++i;
    }
  }
}

constexpr int kDeepest = 8;  // of words in words; what nests deeper is left alone

void collect(std::string_view text, char escape, std::size_t offset, int depth,
             std::vector<VariableUse>& uses) {
  scan(
      text, escape, [](char) {},
      [&](VariableUse use) {
        use.offset += offset;
        uses.push_back(use);
        const auto inner = use.offset + 2 + use.name.size() + use.modifier.size();
        if (depth < kDeepest && !use.word.empty()) collect(use.word, escape, inner, depth + 1, uses);
      });
}

void append(Substituted& result, std::string_view part) {
  const auto room = kLongestText - result.text.size();
  if (part.size() > room) result.complete = false;
  result.text += part.substr(0, room);
}

void substitute_into(Substituted& result, std::string_view text, char escape, const Lookup& lookup,
                     int depth) {
  const auto word_of = [&](const VariableUse& use) {
    if (depth < kDeepest) substitute_into(result, use.word, escape, lookup, depth + 1);
  };
  scan(
      text, escape,
      [&](char byte) {
        append(result, {&byte, 1});
      },
      [&](const VariableUse& use) {
        const auto value = lookup(use.name);
        const bool counts_empty = use.modifier.starts_with(':');
        const bool is_there = value && (!counts_empty || !value->empty());
        if (use.modifier.ends_with('-') && !is_there) return word_of(use);
        if (use.modifier.ends_with('+')) return is_there ? word_of(use) : void();
        if (!value || !(use.modifier.empty() || use.modifier.ends_with('-') || use.modifier.ends_with('?'))) {
          result.complete = false;
        }
        if (value) append(result, *value);
      });
}

}  // namespace

std::vector<VariableUse> variables_in(std::string_view text, char escape) {
  std::vector<VariableUse> uses;
  if (has(text, '$')) collect(text, escape, 0, 0, uses);
  return uses;
}

Substituted substitute(std::string_view text, char escape, const Lookup& lookup) {
  Substituted result;
  if (text.size() <= kLongestText && !has(text, '$') && !has(text, '"') && !has(text, '\'') &&
      !has(text, escape)) {
    result.text = text;
    return result;
  }
  substitute_into(result, text, escape, lookup, 0);
  return result;
}

bool has_open_quote(std::string_view text, char escape) {
  if (!has(text, '"') && !has(text, '\'')) return false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    if (byte == escape && quote != '\'') {
      ++i;
    } else if (quote != 0) {
      if (byte == quote) quote = 0;
    } else if (byte == '"' || byte == '\'') {
      quote = byte;
    }
  }
  return quote != 0;
}

}  // namespace container_kit::kit::dockerfile
