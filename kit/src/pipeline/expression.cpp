#include "pipeline/expression.h"

#include <algorithm>
#include <charconv>

#include <boost/json/serialize.hpp>

#include <container_kit/kit/closest_name.h>

#include "tools/quoted.h"

namespace container_kit::kit::pipeline {
namespace json = boost::json;

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

const json::value* child_of(const json::value& of, std::string_view name) {
  if (of.is_object()) return of.get_object().if_contains(name);
  std::size_t index = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), index);
  if (!of.is_array() || read.ec != std::errc() || read.ptr != name.data() + name.size()) return nullptr;
  return of.get_array().if_contains(index);
}

json::value look_up(std::string_view path, const json::value& scope) {
  const json::value* at = &scope;
  while (at != nullptr) {
    const std::string_view name = path.substr(0, path.find('.'));
    at = child_of(*at, name);
    if (name.size() == path.size()) break;
    path.remove_prefix(name.size() + 1);
  }
  return at == nullptr ? json::value() : *at;
}

template <typename T>
bool compare(std::string_view by, const T& a, const T& b) {
  if (by == "<") return a < b;
  if (by == "<=") return a <= b;
  if (by == ">") return a > b;
  return a >= b;
}

bool holds(std::string_view by, const json::value& a, const json::value& b) {
  if (by == "==" || by == "!=") {
    const bool are_numbers = a.is_number() && b.is_number();
    const bool is_equal = are_numbers ? a.to_number<double>() == b.to_number<double>() : a == b;
    return is_equal == (by == "==");
  }
  if (a.is_number() && b.is_number()) return compare(by, a.to_number<double>(), b.to_number<double>());
  if (a.is_string() && b.is_string()) {
    return compare(by, std::string_view(a.get_string()), std::string_view(b.get_string()));
  }
  return false;
}

// The first name of a path, which is cut off.
std::string_view take_name(std::string_view& path) {
  const auto name = path.substr(0, path.find('.'));
  path.remove_prefix(std::min(path.size(), name.size() + 1));
  return name;
}

// What is wrong with a name, or nothing.
std::string unknown(const char* what, std::string_view name, const std::vector<std::string_view>& known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return {};
  const std::string meant = closest_name(name, known);
  return std::string("there is no ") + what + " " + in_quotes(name) +
         (meant.empty() ? "" : "; did you mean " + in_quotes(meant) + "?");
}

std::string unknown(std::string_view path, const Vocabulary& names) {
  const auto first = take_name(path);
  const auto second = take_name(path);
  if (first == "inputs") return second.empty() ? "" : unknown("input", second, names.inputs);
  if (first == "stages") {
    if (second.empty()) return {};
    auto problem = unknown("stage before this one called", second, names.stages);
    if (!problem.empty() || path.empty()) return problem;
    return unknown("part of a stage called", take_name(path), {"status", "result"});
  }
  if (first == "run") return second.empty() ? "" : unknown("part of a run called", second, {"id"});
  if (first == "result" && names.has_result) return {};
  return unknown("name", first,
                 names.has_result ? std::vector<std::string_view>{"inputs", "stages", "run", "result"}
                                  : std::vector<std::string_view>{"inputs", "stages", "run"});
}

// By recursive descent: or, and, not, comparison, operand. After a mistake it goes to the end.
class Reader {
 public:
  // `names`: those that there may be, or null: what is not in the scope is null then.
  Reader(std::string_view text, const json::value& scope, const Vocabulary* names)
      : text_(text), scope_(scope), names_(names) {}

  ToolResult<json::value> read() {
    json::value value = any_of();
    skip_spaces();
    if (problem_.empty() && at_ < text_.size()) fail("there is something behind the end");
    if (problem_.empty()) return value;
    return ToolError{ToolErrorCode::kInvalidArgument,
                     "in the expression " + in_quotes(text_) + ", at character " +
                         std::to_string(problem_at_ + 1) + ": " + problem_,
                     ""};
  }

 private:
  static constexpr int kDeepest = 32;

  void fail(std::string problem) {
    if (!problem_.empty()) return;
    problem_ = std::move(problem);
    problem_at_ = at_;
    at_ = text_.size();
  }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }

  bool take(std::string_view symbol) {
    skip_spaces();
    if (text_.substr(at_, symbol.size()) != symbol) return false;
    at_ += symbol.size();
    return true;
  }

  bool take_word(std::string_view word) {
    skip_spaces();
    const std::size_t end = at_ + word.size();
    const bool goes_on =
        end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '.');
    return !goes_on && take(word);
  }

  json::value any_of() {
    json::value value = all_of();
    while (take_word("or")) {
      const json::value other = all_of();
      value = is_true(value) || is_true(other);
    }
    return value;
  }

  json::value all_of() {
    json::value value = negation();
    while (take_word("and")) {
      const json::value other = negation();
      value = is_true(value) && is_true(other);
    }
    return value;
  }

  json::value negation() {
    if (++depth_ > kDeepest) fail("it is nested too deeply");
    json::value value;
    if (problem_.empty() && take_word("not")) {
      value = !is_true(negation());
    } else {
      value = comparison();
    }
    --depth_;
    return value;
  }

  json::value comparison() {
    json::value value = operand();
    for (const std::string_view by : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (!take(by)) continue;
      return holds(by, value, operand());
    }
    return value;
  }

  json::value operand() {
    skip_spaces();
    if (at_ >= text_.size()) {
      fail("a value is missing");
      return {};
    }
    const char first = text_[at_];
    if (take("(")) {
      json::value value = any_of();
      if (!take(")")) fail("a ) is missing");
      return value;
    }
    if (first == '"' || first == '\'') return quoted(first);
    if (is_digit(first) || first == '-') return number();
    if (is_letter(first)) return word();
    fail("a value cannot begin with " + in_quotes(text_.substr(at_, 1)));
    return {};
  }

  json::value quoted(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) {
      fail("a quote is not closed");
      return {};
    }
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return json::value(inside);
  }

  json::value number() {
    double value = 0;
    const auto read = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (read.ec != std::errc()) fail("this is no number");
    at_ = std::max(at_, static_cast<std::size_t>(read.ptr - text_.data()));
    return value;
  }

  json::value word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.' || text_[at_] == '-')) {
      ++at_;
    }
    const std::string_view path = text_.substr(begin, at_ - begin);
    if (path == "true") return true;
    if (path == "false") return false;
    if (path == "null") return nullptr;
    if (names_ != nullptr) {
      if (auto problem = unknown(path, *names_); !problem.empty()) {
        at_ = begin;
        fail(std::move(problem));
      }
    }
    return look_up(path, scope_);
  }

  std::string_view text_;
  const json::value& scope_;
  const Vocabulary* names_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::string problem_;
  std::size_t problem_at_ = 0;
};

std::string as_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_null()) return {};
  return json::serialize(value);
}

ToolResult<json::value> expand_text(std::string_view text, const json::value& scope,
                                    const Vocabulary* names) {
  std::string expanded;
  const std::string_view whole = text;
  while (true) {
    const std::size_t begin = text.find("${");
    expanded.append(text.substr(0, begin));
    if (begin == std::string_view::npos) return json::value(expanded);
    const std::size_t end = text.find('}', begin);
    if (end == std::string_view::npos) {
      return ToolError{ToolErrorCode::kInvalidArgument, "in " + in_quotes(whole) + " a } is missing", ""};
    }
    auto value = Reader(text.substr(begin + 2, end - begin - 2), scope, names).read();
    if (!value) return value;
    if (begin == 0 && end + 1 == whole.size() && text.size() == whole.size()) return value;
    expanded += as_text(*value);
    text.remove_prefix(end + 1);
  }
}

ToolResult<json::value> expand_all(const json::value& given, const json::value& scope,
                                   const Vocabulary* names) {
  if (given.is_string()) return expand_text(given.get_string(), scope, names);
  json::value expanded = given;
  if (auto* const list = expanded.if_array()) {
    for (auto& element : *list) {
      auto value = expand_all(element, scope, names);
      if (!value) return value;
      element = std::move(*value);
    }
  }
  if (auto* const object = expanded.if_object()) {
    for (auto& member : *object) {
      auto value = expand_all(member.value(), scope, names);
      if (!value) return value;
      member.value() = std::move(*value);
    }
  }
  return expanded;
}

}  // namespace

ToolResult<json::value> evaluate(std::string_view expression, const json::value& scope) {
  return Reader(expression, scope, nullptr).read();
}

ToolResult<void> check(std::string_view expression, const Vocabulary& names) {
  const json::value nothing;
  if (const auto read = Reader(expression, nothing, &names).read(); !read) return read.error();
  return {};
}

bool is_true(const json::value& value) {
  if (value.is_bool()) return value.get_bool();
  if (value.is_number()) return value.to_number<double>() != 0;
  if (value.is_string()) return !value.get_string().empty();
  return !value.is_null();
}

ToolResult<json::value> expand(const json::value& given, const json::value& scope) {
  return expand_all(given, scope, nullptr);
}

ToolResult<void> check_texts(const json::value& given, const Vocabulary& names) {
  const json::value nothing;
  if (const auto expanded = expand_all(given, nothing, &names); !expanded) return expanded.error();
  return {};
}

}  // namespace container_kit::kit::pipeline
