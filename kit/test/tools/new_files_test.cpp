#include "tools/new_files.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace container_kit::kit
