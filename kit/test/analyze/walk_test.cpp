#include "analyze/walk.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "analyze/scratch_repository.h"

namespace container_kit::kit::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> paths_of(const WalkResult& result) {
  std::vector<std::string> paths;
  for (const auto& folder : result.tree.folders()) {
    for (const auto& name : folder.files) paths.push_back(join_path(folder.path, name));
  }
  return paths;
}

TEST(Walk, ListsFilesInOneOrder) {
  const ScratchRepository tree;
  for (const auto* name : {"z", "b/two", "b/one", "b/c/x", "a.txt", "B/y"}) tree.write(name);
  EXPECT_THAT(paths_of(walk(tree.open(), {})), ElementsAre("a.txt", "z", "B/y", "b/one", "b/two", "b/c/x"));
}

TEST(Walk, LeavesOutWhatIsNotSource) {
  const ScratchRepository tree;
  for (const auto* name : {"main.py", ".git/config", "node_modules/x/index.js", "env/pyvenv.cfg",
                           "env/lib/y.py", "vendor/modules.txt", "vendor/z.go", "src/vendor/mine.go"}) {
    tree.write(name);
  }
  EXPECT_THAT(paths_of(walk(tree.open(), {})), ElementsAre("main.py", "src/vendor/mine.go"));
}

TEST(Walk, DoesNotFollowLinks) {
  const ScratchRepository outside;
  outside.write("secret");
  const ScratchRepository tree;
  tree.write("file");
  tree.link("out", outside.path().string());
  tree.link("secret", outside / "secret");
  tree.link("self", ".");
  const auto result = walk(tree.open(), {});
  EXPECT_THAT(paths_of(result), ElementsAre("file"));
  EXPECT_EQ(result.links, 3U);
}

TEST(Walk, AnIgnoreFileThatIsALinkDoesNotCount) {
  const ScratchRepository tree;
  tree.write("rules", "*.txt\n");
  tree.link(".gitignore", "rules");
  tree.write("a.txt");
  EXPECT_THAT(paths_of(walk(tree.open(), {})), ElementsAre("a.txt", "rules"));
}

TEST(Walk, StopsAtTheLimitsAndSaysSo) {
  const ScratchRepository tree;
  for (const auto* name : {"a", "b", "c", "d/e", "d/f/g"}) tree.write(name);
  AnalyzeLimits limits;
  limits.max_files = 2;
  auto result = walk(tree.open(), limits);
  EXPECT_THAT(paths_of(result), ElementsAre("a", "b"));
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_EQ(result.notes[0].code, "file_limit");

  limits = {};
  limits.max_depth = 1;
  result = walk(tree.open(), limits);
  EXPECT_THAT(paths_of(result), ElementsAre("a", "b", "c", "d/e"));
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_EQ(result.notes[0].code, "depth_limit");
}

// Root may read everything, so it steps down while this lives.
class AsNobody {
 public:
  AsNobody() {
    if (was_root_) {
      EXPECT_EQ(::seteuid(65534), 0);
    }
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() {
    if (was_root_) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }

 private:
  bool was_root_ = ::geteuid() == 0;
};

TEST(Walk, NotesAFolderThatCannotBeRead) {
  const ScratchRepository tree;
  tree.write("a/file");
  tree.write("b");
  std::filesystem::permissions(tree.path(), std::filesystem::perms::all);
  std::filesystem::permissions(tree / "a", std::filesystem::perms::none);
  const auto result = [&] {
    const AsNobody nobody;
    return walk(tree.open(), {});
  }();
  std::filesystem::permissions(tree / "a", std::filesystem::perms::owner_all);
  EXPECT_THAT(paths_of(result), ElementsAre("b"));
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_EQ(result.notes[0].code, "unreadable_folder");
}

TEST(Walk, AnEmptyRepositoryIsNone) {
  const ScratchRepository tree;
  const auto result = walk(tree.open(), {});
  EXPECT_THAT(paths_of(result), IsEmpty());
  EXPECT_THAT(result.notes, IsEmpty());
}

}  // namespace
}  // namespace container_kit::kit::analysis
