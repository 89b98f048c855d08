#include "tools/new_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "analyze/scratch_repository.h"

namespace container_kit::kit {
namespace {

TEST(NewFiles, WriteNothingWhereOneExists) {
  const analysis::ScratchRepository folder;
  folder.write("second", "mine");
  const auto error =
      write_new_files(folder.open().get(), {{"first", "1"}, {"second", "2"}}, Existing::kRefuse);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ToolErrorCode::kConflict);
  EXPECT_FALSE(std::filesystem::exists(folder / "first"));
}

TEST(NewFiles, ReplaceWhereThatIsAskedFor) {
  const analysis::ScratchRepository folder;
  folder.write("second", "mine");
  EXPECT_FALSE(write_new_files(folder.open().get(), {{"first", "1"}, {"second", "22"}}, Existing::kReplace));
  EXPECT_EQ(std::filesystem::file_size(folder / "first"), 1U);
  EXPECT_EQ(std::filesystem::file_size(folder / "second"), 2U);
}

TEST(NewFiles, SayWhatTheSystemRefused) {
  const analysis::ScratchRepository folder;
  folder.folder("taken");
  const auto error = write_new_files(folder.open().get(), {{"taken", "1"}}, Existing::kReplace);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ToolErrorCode::kInternal);
}

// Whoever may write to the folder can guess the name under which a file is written at first.
TEST(NewFiles, AreNotWrittenThroughALinkThatWaitsForThem) {
  const analysis::ScratchRepository outside;
  outside.write("mine", "untouched");
  const analysis::ScratchRepository folder;
  constexpr int kMoreThanCallsBefore = 5'000;
  for (int i = 1; i <= kMoreThanCallsBefore; ++i) {
    folder.link(".Dockerfile." + std::to_string(::getpid()) + "." + std::to_string(i), outside / "mine");
  }
  const auto error =
      write_new_files(folder.open().get(), {{"Dockerfile", "FROM scratch"}}, Existing::kReplace);
  ASSERT_TRUE(error) << "the name is another one now";
  EXPECT_FALSE(std::filesystem::exists(folder / "Dockerfile"));
  EXPECT_EQ(std::filesystem::file_size(outside / "mine"), std::string_view("untouched").size());
}

}  // namespace
}  // namespace container_kit::kit
