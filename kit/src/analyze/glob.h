// Patterns over paths, as .gitignore and workspace lists write them.
//
// `*` and `?` stop at a slash, `**` as a whole component spans any number of them, `[a-z]`, `[!a]`, `[^a]`
// and
// `[[:alpha:]]` are classes, a backslash takes the next character literally. Matching takes time proportional
// to pattern times path at worst; there is no pattern that makes it explode.
//
// Thread safety: immutable once built.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::analysis {

class Glob {
 public:
  explicit Glob(std::string_view pattern);

  // Whether the whole of `path` (no leading or trailing slash) fits.
  bool matches(std::string_view path) const;

 private:
  std::vector<std::string> components_;
  bool valid_ = true;  // an unfinished class or a lone backslash fits nothing
};

// Whether one path component fits one component of a pattern.
bool component_matches(std::string_view pattern, std::string_view text);

}  // namespace container_kit::kit::analysis
