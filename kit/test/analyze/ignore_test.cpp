#include "analyze/ignore.h"

#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "analyze/git_output.h"
#include "analyze/scratch_repository.h"
#include "analyze/walk.h"

namespace container_kit::kit::analysis {
namespace {

using Verdict = IgnoreRules::Verdict;

bool ignores(std::string_view rules, std::string_view path, bool is_folder = false) {
  return IgnoreRules(rules).verdict(path, is_folder) == Verdict::kIgnore;
}

TEST(IgnoreRules, ANameWithoutSlashFitsAtAnyDepth) {
  EXPECT_TRUE(ignores("*.log", "a/b/c.log"));
  EXPECT_TRUE(ignores("build", "a/build"));
  EXPECT_FALSE(ignores("build", "a/builds"));
}

TEST(IgnoreRules, ASlashAnchors) {
  EXPECT_TRUE(ignores("/build", "build"));
  EXPECT_FALSE(ignores("/build", "a/build"));
  EXPECT_TRUE(ignores("a/build", "a/build"));
  EXPECT_FALSE(ignores("a/build", "b/a/build"));
}

TEST(IgnoreRules, ATrailingSlashMeansFoldersOnly) {
  EXPECT_TRUE(ignores("out/", "a/out", true));
  EXPECT_FALSE(ignores("out/", "a/out", false));
}

TEST(IgnoreRules, TheLastRuleThatFitsDecides) {
  EXPECT_FALSE(ignores("*.log\n!keep.log", "keep.log"));
  EXPECT_TRUE(ignores("!keep.log\n*.log", "keep.log"));
  EXPECT_EQ(IgnoreRules("*.log\n!keep.log").verdict("keep.log", false), Verdict::kInclude);
}

TEST(IgnoreRules, CommentsEscapesAndSpaces) {
  EXPECT_FALSE(ignores("#a", "#a"));
  EXPECT_TRUE(ignores("\\#a", "#a"));
  EXPECT_TRUE(ignores("\\!a", "!a"));
  EXPECT_TRUE(ignores("a   ", "a"));
  EXPECT_TRUE(ignores("a\\ ", "a "));
  EXPECT_TRUE(ignores("a\r\nb\r\n", "b"));
  EXPECT_TRUE(ignores("\xEF\xBB\xBF*.o\n", "x.o"));
  EXPECT_FALSE(ignores("/\n\n   \n!\n", "a"));
}

TEST(IgnoreStack, ADeeperFileWinsAndIsRelativeToItsFolder) {
  IgnoreStack stack;
  stack.push("", IgnoreRules("*.txt\n"));
  stack.push("a/b", IgnoreRules("!/keep.txt\n/local\n"));
  EXPECT_FALSE(stack.ignores("a/b/keep.txt", false));
  EXPECT_TRUE(stack.ignores("a/b/c/keep.txt", false));
  EXPECT_TRUE(stack.ignores("a/b/local", false));
  stack.pop();
  EXPECT_TRUE(stack.ignores("a/b/keep.txt", false));
}

// What git itself lists, run in the folder; nothing when git is not installed.
std::unique_ptr<std::set<std::string>> files_by_git(const std::filesystem::path& folder) {
  return names_from_git(folder, "ls-files -z --others --exclude-standard");
}

std::set<std::string> files_by_us(const ScratchRepository& tree) {
  const auto walked = walk(tree.open(), {});
  std::set<std::string> files;
  for (const auto& folder : walked.tree.folders()) {
    for (const auto& name : folder.files) files.insert(join_path(folder.path, name));
  }
  return files;
}

TEST(IgnoreAgainstGit, TheWalkFindsWhatGitFinds) {
  const ScratchRepository tree;
  const char* const names[] = {
      "a.log",
      "keep.log",
      "src/a.log",
      "src/keep.log",
      "build/x",
      "src/build/x",
      "out/x",
      "src/out",
      "doc/a.pdf",
      "doc/deep/a.pdf",
      "doc/deep/er/b.pdf",
      "foo/bar/baz/x",
      "foo/baz/y",
      "foo/bar/qux",
      "a b ",
      "a b",
      "#hash",
      "!bang",
      "[x]",
      "x1.c",
      "x2.c",
      "xa.c",
      "lib/one/.hidden",
      "lib/two/.keep",
      "star*name",
      "starname",
      "deep/1/2/3/4.tmp",
      "deep/1/keep/5.tmp",
      "cache/a/b",
      "cache/keep/b",
      "t/.x/y",
      "back\\slash",
      "UPPER.TXT",
      "upper.txt",
      "nested/a/z",
      "nested/a/b/z",
      "only/dir/file",
      "only2/dir",
      "q/mid/x",
      "q/mid2/x",
      "e.o",
      "sub/e.o",
  };
  for (const auto* name : names) tree.write(name);
  tree.write(".gitignore",
             "*.log\n!keep.log\nbuild/\n/out\ndoc/**/*.pdf\n!doc/deep/er/*.pdf\nfoo/**/baz\na b\\ "
             "\n\\#hash\n\\!bang\n"
             "\\[x\\]\nx[0-9].c\n.hidden\nstar\\*name\n*.tmp\ncache/*\n!cache/keep/"
             "\n[[:upper:]]*.TXT\nback\\\\slash\n"
             "dir/\n**/mid\nunfinished[\n*.o\r\n");
  tree.write("src/.gitignore", "!a.log\n/keep.log\n");
  tree.write("deep/1/.gitignore", "!*.tmp\n/keep\n");
  tree.write("nested/.gitignore", "/a/*\n!/a/b\n");
  tree.write("sub/.gitignore", "!e.o\n");
  const auto expected = files_by_git(tree.path());
  if (!expected) GTEST_SKIP() << "git is not installed";
  tree.write(".git/info/exclude", "UPPER.TXT\nstarname\n");
  auto with_exclude = *expected;
  with_exclude.erase("UPPER.TXT");
  with_exclude.erase("starname");
  EXPECT_EQ(files_by_us(tree), with_exclude);
  EXPECT_EQ(*files_by_git(tree.path()), with_exclude);
  EXPECT_GT(with_exclude.size(), 15U);
}

}  // namespace
}  // namespace container_kit::kit::analysis
