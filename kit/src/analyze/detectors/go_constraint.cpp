#include "analyze/detectors/go_constraint.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::string_view kTagCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";

// `||`, `&&`, `!`, parentheses and tags, weighed by two stacks, so that depth costs no stack of calls.
class Expression {
 public:
  std::optional<bool> evaluate(std::string_view text) {
    for (text = trim(text); !text.empty(); text = trim(text)) {
      if (!take(text)) return std::nullopt;
    }
    apply_down_to(1);
    if (!operators_.empty() || values_.size() != 1) return std::nullopt;
    return values_.front();
  }

 private:
  static int weight(char sign) { return sign == '!' ? 3 : sign == '&' ? 2 : sign == '|' ? 1 : 0; }

  bool take(std::string_view& text) {
    const char first = text.front();
    if (first == '(' || first == '!') {
      operators_.push_back(first);
      text.remove_prefix(1);
      return true;
    }
    if (first == ')') {
      apply_down_to(1);
      if (operators_.empty()) return false;
      operators_.pop_back();
      text.remove_prefix(1);
      return true;
    }
    if (text.starts_with("&&") || text.starts_with("||")) {
      apply_down_to(weight(first));
      operators_.push_back(first);
      text.remove_prefix(2);
      return true;
    }
    const auto tag = text.substr(0, text.find_first_not_of(kTagCharacters));
    if (tag.empty()) return false;
    values_.push_back(is_go_tag(tag));
    text.remove_prefix(tag.size());
    return true;
  }

  // A lack of values leaves another number of them than one, which is seen at the end.
  void apply_down_to(int least) {
    while (!operators_.empty() && weight(operators_.back()) >= least) {
      const char sign = operators_.back();
      operators_.pop_back();
      if (values_.size() < (sign == '!' ? 1U : 2U)) return values_.clear();
      const bool right = values_.back();
      if (sign == '!') {
        values_.back() = !right;
        continue;
      }
      values_.pop_back();
      values_.back() = sign == '&' ? values_.back() && right : values_.back() || right;
    }
  }

  std::vector<char> operators_;
  std::vector<bool> values_;
};

// "linux,amd64 !windows": a blank is "or", a comma "and".
bool old_line_holds(std::string_view options) {
  const auto words = words_of(options);
  return std::any_of(words.begin(), words.end(), [](std::string_view option) {
    const auto terms = split(option, ',');
    return std::all_of(terms.begin(), terms.end(), [](std::string_view term) {
      return term.starts_with('!') ? !is_go_tag(term.substr(1)) : is_go_tag(term);
    });
  });
}

}  // namespace

bool is_go_tag(std::string_view tag) {
  constexpr std::array<std::string_view, 6> kTrue{"linux", "unix", "amd64", "arm64", "cgo", "gc"};
  return tag.starts_with("go1.") || std::find(kTrue.begin(), kTrue.end(), tag) != kTrue.end();
}

bool go_constraint_holds(std::string_view header) {
  constexpr std::string_view kNew = "//go:build ";
  bool old_hold = true;
  for (const auto raw : lines_of(header)) {
    const auto line = trim(raw);
    if (line.starts_with(kNew)) return Expression().evaluate(line.substr(kNew.size())).value_or(false);
    if (!line.starts_with("//")) continue;
    const auto comment = trim(line.substr(2));
    if (comment.starts_with("+build ")) old_hold = old_hold && old_line_holds(comment.substr(7));
  }
  return old_hold;
}

}  // namespace container_kit::kit::analysis
