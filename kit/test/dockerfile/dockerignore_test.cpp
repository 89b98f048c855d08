#include "dockerfile/dockerignore.h"

#include <gtest/gtest.h>

namespace container_kit::kit::dockerfile {
namespace {

TEST(DockerIgnore, FitsFromTheTop) {
  const DockerIgnore ignore("# note\n/dist\n*.md\ndocs/*.txt\n");
  EXPECT_TRUE(ignore.excludes("dist"));
  EXPECT_TRUE(ignore.excludes("dist/app.js"));
  EXPECT_TRUE(ignore.excludes("./README.md"));
  EXPECT_TRUE(ignore.excludes("docs/a.txt"));
  EXPECT_FALSE(ignore.excludes("src/dist"));
  EXPECT_FALSE(ignore.excludes("src/README.md"));
  EXPECT_FALSE(ignore.excludes("docs/deep/a.txt"));
}

TEST(DockerIgnore, TwoStarsSpanFolders) {
  const DockerIgnore ignore("**/node_modules\na/**/b\nc/**\n");
  EXPECT_TRUE(ignore.excludes("node_modules"));
  EXPECT_TRUE(ignore.excludes("x/y/node_modules/z"));
  EXPECT_TRUE(ignore.excludes("a/b"));
  EXPECT_TRUE(ignore.excludes("a/x/y/b"));
  EXPECT_TRUE(ignore.excludes("c/d"));
  EXPECT_FALSE(ignore.excludes("c"));
  EXPECT_TRUE(DockerIgnore("**").excludes("any/thing"));
}

TEST(DockerIgnore, TheLastPatternDecides) {
  const DockerIgnore ignore("*\n!src\nsrc/*.tmp\n");
  EXPECT_TRUE(ignore.excludes("README.md"));
  EXPECT_FALSE(ignore.excludes("src"));
  EXPECT_FALSE(ignore.excludes("src/main.c"));
  EXPECT_TRUE(ignore.excludes("src/a.tmp"));
}

TEST(DockerIgnore, KnowsWhatMayBeTakenBackBelow) {
  const DockerIgnore ignore("dist\n!dist/app.js\n");
  EXPECT_TRUE(ignore.excludes("dist"));
  EXPECT_TRUE(ignore.may_include_below("dist"));
  EXPECT_FALSE(ignore.may_include_below("src"));
}

}  // namespace
}  // namespace container_kit::kit::dockerfile
