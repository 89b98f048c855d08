#include "analyze/glob.h"

#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace container_kit::kit::analysis {
namespace {

constexpr auto kNone = std::string_view::npos;

using Predicate = int (*)(int);
constexpr std::array<std::pair<std::string_view, Predicate>, 12> kNamedClasses{{
    {"alnum", std::isalnum},
    {"alpha", std::isalpha},
    {"blank", std::isblank},
    {"cntrl", std::iscntrl},
    {"digit", std::isdigit},
    {"graph", std::isgraph},
    {"lower", std::islower},
    {"print", std::isprint},
    {"punct", std::ispunct},
    {"space", std::isspace},
    {"upper", std::isupper},
    {"xdigit", std::isxdigit},
}};

std::optional<Predicate> named_class(std::string_view name) {
  for (const auto& [known, predicate] : kNamedClasses) {
    if (known == name) return predicate;
  }
  return std::nullopt;
}

// Reads the class that starts at pattern[at] == '[' and says whether `character` is in it.
class ClassReader {
 public:
  ClassReader(std::string_view pattern, std::size_t at, unsigned char character)
      : pattern_(pattern), at_(at + 1), character_(character) {}

  // The position after the closing bracket, or kNone when the class is unfinished or names an unknown class.
  std::size_t read() {
    if (at_ < pattern_.size() && (pattern_[at_] == '!' || pattern_[at_] == '^')) {
      negated_ = true;
      ++at_;
    }
    for (bool first = true;; first = false) {
      if (at_ >= pattern_.size()) return kNone;
      if (pattern_[at_] == ']' && !first) return at_ + 1;
      if (!(starts_named() ? read_named() : read_range())) return kNone;
    }
  }

  bool contains() const { return found_ != negated_; }

 private:
  bool starts_named() const { return pattern_.substr(at_).starts_with("[:"); }

  bool read_named() {
    const auto begin = at_ + 2;
    const auto bracket = pattern_.find(']', begin);
    if (bracket == kNone) return false;
    if (bracket == begin || pattern_[bracket - 1] != ':') return read_range();
    const auto predicate = named_class(pattern_.substr(begin, bracket - 1 - begin));
    if (!predicate) return false;
    found_ = found_ || (*predicate)(character_) != 0;
    at_ = bracket + 1;
    return true;
  }

  bool read_range() {
    const auto low = read_character();
    if (!low) return false;
    unsigned char high = *low;
    if (at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']') {
      ++at_;
      const auto end = read_character();
      if (!end) return false;
      high = *end;
    }
    // The first is in the class even where the last comes before it.
    found_ = found_ || character_ == *low || (*low < character_ && character_ <= high);
    return true;
  }

  std::optional<unsigned char> read_character() {
    if (at_ < pattern_.size() && pattern_[at_] == '\\') ++at_;
    if (at_ >= pattern_.size()) return std::nullopt;
    return static_cast<unsigned char>(pattern_[at_++]);
  }

  std::string_view pattern_;
  std::size_t at_;
  unsigned char character_;
  bool negated_ = false;
  bool found_ = false;
};

// Matches one pattern item (not `*`) against one character; gives the position after the item, or kNone.
std::size_t match_item(std::string_view pattern, std::size_t at, char character) {
  const char item = pattern[at];
  if (item == '?') return at + 1;
  if (item == '[') {
    ClassReader reader(pattern, at, static_cast<unsigned char>(character));
    const auto end = reader.read();
    return end != kNone && reader.contains() ? end : kNone;
  }
  if (item == '\\') return at + 1 < pattern.size() && pattern[at + 1] == character ? at + 2 : kNone;
  return item == character ? at + 1 : kNone;
}

// Where the component that starts at `from` ends: at a slash, escaped or not, but not at one inside a class.
// Gives kNone when a class or an escape is unfinished.
std::size_t component_end(std::string_view pattern, std::size_t from) {
  std::size_t at = from;
  while (at < pattern.size() && pattern[at] != '/') {
    if (pattern[at] == '\\') {
      if (pattern.substr(at + 1).starts_with('/')) return at;
      at += 2;
      if (at > pattern.size()) return kNone;
    } else if (pattern[at] == '[') {
      at = ClassReader(pattern, at, 0).read();
      if (at == kNone) return kNone;
    } else {
      ++at;
    }
  }
  return at;
}

// Whether it is `**`, or more of them.
bool is_span(std::string_view component) {
  return component.size() >= 2 && component.find_first_not_of('*') == kNone;
}

}  // namespace

bool component_matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t position = 0;
  std::size_t after_star = kNone;
  std::size_t star_position = 0;
  while (position < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      after_star = ++at;
      star_position = position;
      continue;
    }
    const auto next = at < pattern.size() ? match_item(pattern, at, text[position]) : kNone;
    if (next != kNone) {
      at = next;
      ++position;
    } else if (after_star != kNone) {  // let the last star take one character more
      at = after_star;
      position = ++star_position;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

Glob::Glob(std::string_view pattern) {
  for (std::size_t from = 0; valid_ && from <= pattern.size();) {
    const auto end = component_end(pattern, from);
    valid_ = end != kNone;
    if (!valid_) return;
    components_.emplace_back(pattern.substr(from, end - from));
    const bool is_escaped = end < pattern.size() && pattern[end] == '\\';
    // Before an escaped slash, `**` does not stand for nothing.
    if (is_escaped && is_span(components_.back())) components_.emplace_back("*");
    from = end + (is_escaped ? 2 : 1);
  }
}

// The same backtracking as within a component, one level up: only the last `**` ever needs to take more.
bool Glob::matches(std::string_view path) const {
  if (!valid_) return false;
  std::size_t at = 0;
  std::size_t after_span = kNone;
  std::string_view rest = path;
  std::string_view span_rest;
  bool at_end = false;  // the path is used up
  const auto step = [](std::string_view& text, bool& end) {
    const auto slash = text.find('/');
    const auto component = text.substr(0, slash);
    end = slash == kNone;
    text.remove_prefix(end ? text.size() : slash + 1);
    return component;
  };
  while (!at_end) {
    if (at < components_.size() && is_span(components_[at])) {
      after_span = ++at;
      if (at == components_.size()) return true;  // what is left has at least one component
      span_rest = rest;
      continue;
    }
    if (at < components_.size() && component_matches(components_[at], step(rest, at_end))) {
      ++at;
      if (!at_end || at == components_.size()) continue;
    }
    if (after_span == kNone) return false;
    at = after_span;
    step(span_rest, at_end);
    rest = span_rest;
  }
  return at == components_.size();
}

}  // namespace container_kit::kit::analysis
