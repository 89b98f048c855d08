#include "analyze/ignore.h"

#include <utility>

namespace container_kit::kit::analysis {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kSpecial = "*?[\\";

// Trailing spaces do not count, unless the first of them is escaped; then that one stays.
std::string_view without_trailing_spaces(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool escapes = line[at] == '\\' && at + 1 < line.size();
    if (escapes) ++at;
    if (escapes || line[at] != ' ') end = at + 1;
  }
  return line.substr(0, end);
}

std::string_view last_component(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

IgnoreRules::IgnoreRules(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    const auto newline = text.find('\n');
    auto line = text.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    add_line(line);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
}

void IgnoreRules::add_line(std::string_view line) {
  if (line.empty() || line.front() == '#') return;
  line = without_trailing_spaces(line);
  const bool negated = line.starts_with('!');
  if (negated) line.remove_prefix(1);
  const bool folders_only = line.ends_with('/');
  if (folders_only) line.remove_suffix(1);
  const bool whole_path = line.find('/') != std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  if (line.empty()) return;

  Kind kind = Kind::kGlob;
  std::string text(line);
  if (line.find_first_of(kSpecial) == std::string_view::npos) {
    kind = Kind::kLiteral;
  } else if (!whole_path && line.front() == '*' &&
             line.find_first_of(kSpecial, 1) == std::string_view::npos) {
    kind = Kind::kSuffix;
    text.erase(0, 1);
  } else {
    text.resize(whole_path ? line.find_first_of(kSpecial) : 0);
    line.remove_prefix(text.size());
  }
  rules_.push_back({std::move(text), Glob(line), kind, whole_path, folders_only, negated});
}

bool IgnoreRules::fits(const Rule& rule, std::string_view path, std::string_view name) {
  const auto subject = rule.whole_path ? path : name;
  switch (rule.kind) {
    case Kind::kLiteral:
      return subject == rule.text;
    case Kind::kSuffix:
      return subject.ends_with(rule.text);
    case Kind::kGlob:
      return subject.starts_with(rule.text) && rule.glob.matches(subject.substr(rule.text.size()));
  }
  return false;
}

IgnoreRules::Verdict IgnoreRules::verdict(std::string_view path, bool is_folder) const {
  const auto name = last_component(path);
  for (std::size_t i = rules_.size(); i-- > 0;) {
    const Rule& rule = rules_[i];
    if (rule.folders_only && !is_folder) continue;
    if (fits(rule, path, name)) return rule.negated ? Verdict::kInclude : Verdict::kIgnore;
  }
  return Verdict::kSilent;
}

void IgnoreStack::push(std::string_view folder, IgnoreRules rules) {
  levels_.push_back({folder.empty() ? 0 : folder.size() + 1, std::move(rules)});
}

bool IgnoreStack::ignores(std::string_view path, bool is_folder) const {
  for (std::size_t i = levels_.size(); i-- > 0;) {
    const Level& level = levels_[i];
    const auto verdict = level.rules.verdict(path.substr(level.prefix), is_folder);
    if (verdict != IgnoreRules::Verdict::kSilent) return verdict == IgnoreRules::Verdict::kIgnore;
  }
  return false;
}

}  // namespace container_kit::kit::analysis
