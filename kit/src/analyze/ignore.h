// Which paths git would ignore (gitignore(5)).
//
// IgnoreRules are the lines of one file; an IgnoreStack is what applies at one place of a walk: the rules of
// .git/info/exclude, then of each .gitignore from the top down. A later rule wins over an earlier one, a
// deeper file over one above it. As in git, nothing below an ignored folder can be included again: the walk
// does not go there.
//
// Thread safety: none; one walk owns one stack.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyze/glob.h"

namespace container_kit::kit::analysis {

class IgnoreRules {
 public:
  enum class Verdict { kSilent, kIgnore, kInclude };

  explicit IgnoreRules(std::string_view text);

  bool empty() const { return rules_.empty(); }
  // `path` is relative to the folder of the rules.
  Verdict verdict(std::string_view path, bool is_folder) const;

 private:
  enum class Kind { kLiteral, kSuffix, kGlob };
  struct Rule {
    // The literal, the suffix after `*`, or what a path begins with before the glob fits the rest: git
    // compares that first, so that `a**/b` is as good as `a/**/b`, and fits `a1/b` as well.
    std::string text;
    Glob glob;
    Kind kind;
    bool whole_path;  // else the last component decides
    bool folders_only;
    bool negated;
  };

  void add_line(std::string_view line);
  static bool fits(const Rule& rule, std::string_view path, std::string_view name);

  std::vector<Rule> rules_;
};

class IgnoreStack {
 public:
  // `folder` is the path of the rules' folder from the top of the walk: "" at the top, else "a/b".
  void push(std::string_view folder, IgnoreRules rules);
  void pop() { levels_.pop_back(); }

  // `path` is from the top of the walk and lies below every folder that was pushed.
  bool ignores(std::string_view path, bool is_folder) const;

 private:
  struct Level {
    std::size_t prefix;  // characters of the path that lead to the folder
    IgnoreRules rules;
  };
  std::vector<Level> levels_;
};

}  // namespace container_kit::kit::analysis
