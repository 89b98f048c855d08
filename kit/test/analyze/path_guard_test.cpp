#include "analyze/path_guard.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "analyze/scratch_repository.h"

namespace container_kit::kit::analysis {
namespace {

class PathGuardTest : public testing::Test {
 protected:
  PathGuardTest() {
    outside_.write("secret/file");
    tree_.write("repo/src/main.c");
    tree_.write("repo/file");
    tree_.link("repo/current", "src");
    tree_.link("repo/absolute", tree_ / "repo/src");
    tree_.link("repo/out", outside_ / "secret");
    tree_.link("repo/out_missing", outside_ / "nothing");
    tree_.link("repo/out_relative", "../../../../../../../../../../etc");
    tree_.link("repo/loop", "loop");
    second_.folder("other");
    alias_.link("alias", tree_.path().string());
  }

  PathGuard guard() {
    auto opened = PathGuard::open({tree_.path().string(), second_.path().string()});
    return std::move(*opened);
  }

  // The code and field of the refusal, or what was allowed.
  std::string outcome(std::string_view path) {
    const auto directory = guard().resolve(path);
    if (directory) return directory->path;
    switch (directory.error().code) {
      case ToolErrorCode::kPathNotAllowed:
        return "not allowed";
      case ToolErrorCode::kPathNotFound:
        return "not found";
      case ToolErrorCode::kInvalidArgument:
        return "invalid " + directory.error().field;
      default:
        return "other: " + directory.error().message;
    }
  }

  ScratchRepository outside_;
  ScratchRepository tree_;
  ScratchRepository second_;
  ScratchRepository alias_;
};

TEST_F(PathGuardTest, AllowsWhatLiesInside) {
  EXPECT_EQ(outcome(tree_.path().string()), tree_.path());
  EXPECT_EQ(outcome(tree_ / "repo"), tree_ / "repo");
  EXPECT_EQ(outcome(tree_ / "repo/"), tree_ / "repo");
  EXPECT_EQ(outcome(tree_ / "./repo//src/../src"), tree_ / "repo/src");
  EXPECT_EQ(outcome(second_ / "other"), second_ / "other");
}

TEST_F(PathGuardTest, RelativePathsStartFromTheFirstRoot) {
  EXPECT_EQ(outcome("."), tree_.path());
  EXPECT_EQ(outcome("repo/src"), tree_ / "repo/src");
  EXPECT_EQ(outcome("other"), "not found");
}

TEST_F(PathGuardTest, LinksThatStayInsideAreFollowed) {
  EXPECT_EQ(outcome(tree_ / "repo/current"), tree_ / "repo/src");
  EXPECT_EQ(outcome(tree_ / "repo/absolute"), tree_ / "repo/src");
  EXPECT_EQ(outcome(alias_ / "alias/repo"), tree_ / "repo");
}

TEST_F(PathGuardTest, WhatLeadsOutIsNotAllowedWhetherItExistsOrNot) {
  const std::string corpus[] = {
      "/",
      "/etc",
      "/etc/passwd",
      "/nothing/of/the/kind",
      "..",
      "../",
      "repo/../..",
      "repo/../../nothing",
      "../../../../../../../../etc",
      "//etc",
      "/./etc",
      "/../etc",
      "/proc/self/root/etc",
      "/proc/self/cwd/../..",
      "/dev/fd/0",
      outside_ / "secret",
      outside_ / "nothing",
      tree_ / "../" + outside_.path().filename().string(),
      tree_ / "repo/../../../etc/passwd",
      tree_.path().string() + "-sibling",
      tree_.path().string() + "/../" + tree_.path().filename().string() + "x",
      tree_ / "repo/out",
      tree_ / "repo/out/file",
      tree_ / "repo/out/nothing",
      tree_ / "repo/out_missing",
      tree_ / "repo/out_relative",
      tree_ / "repo/out_relative/passwd",
      tree_ / "repo/current/../../..",
      "repo/out",
      "repo/current/../../../../../../../etc",
  };
  for (const auto& path : corpus) EXPECT_EQ(outcome(path), "not allowed") << path;
}

TEST_F(PathGuardTest, InsideAndAbsentIsNotFound) {
  for (const auto* path :
       {"nothing", "repo/nothing/at/all", "repo/file/below", "repo/loop", "repo/%2e%2e/x", "~", "..."}) {
    EXPECT_EQ(outcome(path), "not found") << path;
  }
}

TEST_F(PathGuardTest, MalformedPathsNameTheirArgument) {
  EXPECT_EQ(outcome(""), "invalid path");
  EXPECT_EQ(outcome(std::string_view("repo\0/etc", 9)), "invalid path");
  EXPECT_EQ(outcome(std::string(5000, 'a')), "invalid path");
  EXPECT_EQ(outcome(std::string(300, 'a')), "invalid path");
  EXPECT_EQ(outcome("repo/file"), "invalid path");
}

TEST_F(PathGuardTest, ASpecialFileIsNotOpened) {
  ASSERT_EQ(::mkfifo((tree_ / "repo/pipe").c_str(), 0600), 0);
  EXPECT_EQ(outcome("repo/pipe"), "invalid path");  // opening it for reading would block
}

TEST_F(PathGuardTest, TheDirectoryStaysTheOneThatWasAllowed) {
  const auto directory = guard().resolve("repo");
  ASSERT_TRUE(directory);
  std::filesystem::rename(tree_ / "repo", tree_ / "moved");
  tree_.link("repo", outside_.path().string());
  struct stat held {};
  struct stat moved {};
  ASSERT_EQ(::fstat(directory->fd.get(), &held), 0);
  ASSERT_EQ(::stat((tree_ / "moved").c_str(), &moved), 0);
  EXPECT_EQ(held.st_ino, moved.st_ino);
  EXPECT_EQ(outcome("repo"), "not allowed");
}

TEST(PathGuardRoots, MustBeFoldersThatExist) {
  const ScratchRepository tree;
  tree.write("file");
  EXPECT_FALSE(PathGuard::open({}));
  EXPECT_FALSE(PathGuard::open({tree / "nothing"}));
  EXPECT_FALSE(PathGuard::open({tree / "file"}));
  EXPECT_EQ(PathGuard::open({tree / "nothing"}).error().code, ToolErrorCode::kInternal);
}

TEST(PathGuardRoots, TheWholeFileSystemCanBeAllowed) {
  const ScratchRepository tree;
  const auto guard = PathGuard::open({"/"});
  ASSERT_TRUE(guard);
  const auto directory = guard->resolve(tree.path().string());
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->path, tree.path());
}

}  // namespace
}  // namespace container_kit::kit::analysis
