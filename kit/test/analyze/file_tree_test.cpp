#include "analyze/file_tree.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "analyze/scratch_repository.h"

namespace container_kit::kit::analysis {
namespace {

TEST(FileTree, ReadsWhatTheWalkFound) {
  const ScratchRepository tree;
  tree.write("a/b.txt", "hello");
  tree.write("a/other.txt", "never listed");
  FileTree files(tree.open());
  files.add({"", {}});
  files.add({"a", {"b.txt", "gone.txt"}});
  EXPECT_EQ(files.read("a/b.txt", 100), "hello");
  EXPECT_EQ(files.read("a/b.txt", 3), "hel");
  EXPECT_EQ(files.read("a/other.txt", 100), std::nullopt);
  EXPECT_EQ(files.read("a/gone.txt", 100), std::nullopt);
  EXPECT_EQ(files.file_count(), 2U);
  EXPECT_NE(files.folder("a"), nullptr);
  EXPECT_EQ(files.folder("b"), nullptr);
}

TEST(FileTree, IsNotLedAstrayByWhatHappensAfterTheWalk) {
  const ScratchRepository outside;
  outside.write("file", "secret");
  const ScratchRepository tree;
  tree.link("a", outside.path().string());
  tree.link("file", outside / "file");
  ASSERT_EQ(::mkfifo((tree / "pipe").c_str(), 0600), 0);
  FileTree files(tree.open());
  files.add({"", {"file", "pipe"}});
  files.add({"a", {"file"}});
  EXPECT_EQ(files.read("file", 100), std::nullopt);
  EXPECT_EQ(files.read("a/file", 100), std::nullopt);
  EXPECT_EQ(files.read("pipe", 100), std::nullopt);
}

TEST(Paths, AreTakenApartAndPutTogether) {
  EXPECT_EQ(join_path("", "a"), "a");
  EXPECT_EQ(join_path("a/b", "c"), "a/b/c");
  EXPECT_EQ(folder_of("a/b/c"), "a/b");
  EXPECT_EQ(folder_of("c"), "");
  EXPECT_EQ(file_name_of("a/b/c"), "c");
}

}  // namespace
}  // namespace container_kit::kit::analysis
