#include "analyze/tree_watch.h"

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyze/scratch_repository.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::size_t kMany = 100;

TEST(TreeWatch, IsQuietWhileFilesAreOnlyRead) {
  const ScratchRepository tree;
  tree.write("a", "text");
  const auto folder = tree.open();
  TreeWatch watch(kMany);
  watch.add(folder.get());
  ASSERT_EQ(watch.blindness(), TreeWatch::Blindness::kNone);
  const UniqueFd file{::openat(folder.get(), "a", O_RDONLY | O_CLOEXEC)};
  char byte = 0;
  ASSERT_EQ(::read(file.get(), &byte, 1), 1);
  EXPECT_FALSE(watch.has_changed());
  EXPECT_FALSE(watch.has_changed());
  EXPECT_EQ(watch.count(), 1U);
}

struct Change {
  const char* what;
  void (*make)(const ScratchRepository& tree);
};

class TreeWatchOf : public testing::TestWithParam<Change> {};

TEST_P(TreeWatchOf, SeesTheChange) {
  const ScratchRepository tree;
  tree.write("inside/a", "text");
  tree.write("outside", "text");
  const UniqueFd folder{::open((tree / "inside").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  TreeWatch watch(kMany);
  watch.add(folder.get());
  ASSERT_FALSE(watch.has_changed());
  GetParam().make(tree);
  EXPECT_TRUE(watch.has_changed());
  EXPECT_TRUE(watch.has_changed()) << "and goes on saying so";
}

INSTANTIATE_TEST_SUITE_P(
    Every, TreeWatchOf,
    testing::Values(
        Change{"Write", [](const ScratchRepository& tree) { tree.write("inside/a", "other"); }},
        Change{"Truncate",
               [](const ScratchRepository& tree) { std::filesystem::resize_file(tree / "inside/a", 1); }},
        Change{"Create", [](const ScratchRepository& tree) { tree.write("inside/b"); }},
        Change{"Folder", [](const ScratchRepository& tree) { tree.folder("inside/f"); }},
        Change{"Link", [](const ScratchRepository& tree) { tree.link("inside/l", "a"); }},
        Change{"Delete", [](const ScratchRepository& tree) { std::filesystem::remove(tree / "inside/a"); }},
        Change{"RenameWithin",
               [](const ScratchRepository& tree) {
                 std::filesystem::rename(tree / "inside/a", tree / "inside/b");
               }},
        Change{"RenameIn",
               [](const ScratchRepository& tree) {
                 std::filesystem::rename(tree / "outside", tree / "inside/a");
               }},
        Change{"RenameOut",
               [](const ScratchRepository& tree) { std::filesystem::rename(tree / "inside/a", tree / "b"); }},
        Change{"Mode", [](const ScratchRepository& tree) { ::chmod((tree / "inside/a").c_str(), 0); }},
        Change{
            "MoveOfTheFolder",
            [](const ScratchRepository& tree) { std::filesystem::rename(tree / "inside", tree / "moved"); }},
        Change{"DeletionOfTheFolder",
               [](const ScratchRepository& tree) { std::filesystem::remove_all(tree / "inside"); }},
        Change{"Mapping",
               [](const ScratchRepository& tree) {
                 const UniqueFd file{::open((tree / "inside/a").c_str(), O_RDWR | O_CLOEXEC)};
                 void* page = ::mmap(nullptr, 4, PROT_WRITE, MAP_SHARED, file.get(), 0);
                 ASSERT_NE(page, MAP_FAILED);
                 *static_cast<char*>(page) = 'T';
                 ::munmap(page, 4);
               }}),
    [](const auto& tested) { return tested.param.what; });

TEST(TreeWatch, OfAFileSeesWhatIsWrittenByAnotherName) {
  const ScratchRepository tree;
  tree.write("inside/a", "text");
  std::filesystem::create_hard_link(tree / "inside/a", tree / "b");
  const UniqueFd file{::open((tree / "inside/a").c_str(), O_RDONLY | O_CLOEXEC)};
  TreeWatch watch(kMany);
  watch.add(file.get());
  tree.write("b", "other");
  EXPECT_TRUE(watch.has_changed());
}

// In a child process, whose mounts are its own.
TEST(TreeWatch, SeesThatAnotherFileSystemCoversAFolder) {
  const ScratchRepository tree;
  tree.write("below/a", "text");
  constexpr int kNotAllowed = 77;
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      ::_exit(kNotAllowed);
    }
    const auto folder = tree.open();
    TreeWatch watch(kMany);
    watch.add(folder.get());
    if (watch.has_changed()) ::_exit(1);
    if (::mount("none", (tree / "below").c_str(), "tmpfs", 0, nullptr) != 0) ::_exit(kNotAllowed);
    ::_exit(watch.has_changed() ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNotAllowed) GTEST_SKIP() << "mounting takes root";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(TreeWatch, IsBlindBeyondItsMost) {
  const ScratchRepository tree;
  tree.folder("a");
  const auto top = tree.open();
  const UniqueFd below{::open((tree / "a").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  TreeWatch watch(1);
  watch.add(top.get());
  EXPECT_EQ(watch.blindness(), TreeWatch::Blindness::kNone);
  watch.add(below.get());
  EXPECT_EQ(watch.blindness(), TreeWatch::Blindness::kTooManyFolders);
  EXPECT_TRUE(watch.has_changed()) << "as far as anyone knows";
}

TEST(TreeWatch, IsBlindOnFileSystemsThatOthersWriteTo) {
  EXPECT_TRUE(sees_every_change(EXT4_SUPER_MAGIC));
  EXPECT_TRUE(sees_every_change(TMPFS_MAGIC));
  EXPECT_FALSE(sees_every_change(NFS_SUPER_MAGIC));
  EXPECT_FALSE(sees_every_change(SMB2_SUPER_MAGIC));
  EXPECT_FALSE(sees_every_change(FUSE_SUPER_MAGIC));
  EXPECT_FALSE(sees_every_change(V9FS_MAGIC));
  // /proc changes without any event, and is at hand.
  const UniqueFd proc{::open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  TreeWatch watch(kMany);
  watch.add(proc.get());
  EXPECT_EQ(watch.blindness(), TreeWatch::Blindness::kFileSystem);
}

TEST(TreeWatch, IsBlindWithoutADescriptor) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const TreeWatch watch(kMany);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(watch.blindness(), TreeWatch::Blindness::kInstanceLimit);
  EXPECT_EQ(name_of(watch.blindness()), "instance_limit");
}

}  // namespace
}  // namespace container_kit::kit::analysis
