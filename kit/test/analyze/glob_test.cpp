#include "analyze/glob.h"

#include <gtest/gtest.h>

namespace container_kit::kit::analysis {
namespace {

struct Case {
  const char* pattern;
  const char* path;
  bool fits;
};

// Among them the cases of git's own t3070-wildmatch that concern paths.
constexpr Case kCases[] = {
    {"foo", "foo", true},
    {"foo", "fool", false},
    {"???", "foo", true},
    {"??", "foo", false},
    {"*", "foo", true},
    {"f*", "foo", true},
    {"*f", "foo", false},
    {"*foo*", "foo", true},
    {"*ob*a*r*", "foobar", true},
    {"*ab", "aaaaaaabababab", true},
    {"foo\\*", "foo*", true},
    {"foo\\*bar", "foobar", false},
    {"f\\\\oo", "f\\oo", true},
    {"*[al]?", "ball", true},
    {"[ten]", "ten", false},
    {"t[a-g]n", "ten", true},
    {"t[!a-g]n", "ten", false},
    {"t[!a-g]n", "ton", true},
    {"t[^a-g]n", "ton", true},
    {"a[]]b", "a]b", true},
    {"a[]-]b", "a-b", true},
    {"a[]a-]b", "aab", true},
    {"]", "]", true},
    {"[[:upper:]]", "A", true},
    {"[[:digit:][:upper:][:space:]]", "1", true},
    {"[[:digit:][:spaci:]]", "1", false},
    {"[\\]]", "]", true},
    {"[", "[", false},
    {"[a", "a", false},
    {"\\", "\\", false},
    {"[!]", "a", false},
    {"*", "foo/bar", false},
    {"foo/*", "foo/bar", true},
    {"foo/*", "foo/bar/baz", false},
    {"f[^eiu][^eiu][^eiu][^eiu][^eiu]r", "foo/bar", false},
    {"foo?bar", "foo/bar", false},
    {"foo[/]bar", "foo/bar", false},
    {"**/foo", "foo", true},
    {"**/foo", "a/b/foo", true},
    {"**/foo", "a/foo/b", false},
    {"foo/**", "foo", false},
    {"foo/**", "foo/a/b", true},
    {"foo/**/bar", "foo/bar", true},
    {"foo/**/bar", "foo/a/b/bar", true},
    {"foo/**/**/bar", "foo/b/bar", true},
    {"**/a/**/b", "x/a/y/a/z/b", true},
    {"**/a/*/b", "x/a/y/a/z/b", true},
    {"**/a/*/b", "x/a/y/z/b", false},
    {"foo**bar", "foo/bar", false},
    {"foo**bar", "fooxbar", true},
    {"a/**/b/**/c", "a/b/b/b/c", true},
    {"a/**/b/**/c", "a/b/b/b", false},
    {"*/*/*", "foo/bba/arr", true},
    {"*/*/*", "foo/bb", false},
    {"**", "a/b/c", true},
};

TEST(Glob, FitsAsGitDoes) {
  for (const auto& [pattern, path, fits] : kCases) {
    EXPECT_EQ(Glob(pattern).matches(path), fits) << pattern << " over " << path;
  }
}

// With naive backtracking these take longer than anyone waits.
TEST(Glob, HasNoPatternThatExplodes) {
  std::string stars;
  std::string spans;
  std::string path;
  for (int i = 0; i < 60; ++i) {
    stars += "*a";
    spans += "**/a/";
    path += "a/";
  }
  EXPECT_FALSE(Glob(stars + "b").matches(std::string(5000, 'a')));
  EXPECT_FALSE(Glob(spans + "b").matches(path + "c"));
}

}  // namespace
}  // namespace container_kit::kit::analysis
