#include "analyze/open_beneath.h"

#include <cerrno>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "analyze/scratch_repository.h"

namespace container_kit::kit::analysis {
namespace {

using Open = Opened (*)(int, std::string_view, int, Links);

// Both ways must decide alike: the kernel's openat2 is the reference for our walk.
class OpenBeneath : public testing::TestWithParam<Open> {
 protected:
  OpenBeneath() {
    outside_.write("secret", "s");
    tree_.write("a/b/file", "hello");
    tree_.link("inside", "a/b");
    tree_.link("a/up", "..");
    tree_.link("a/b/out", "../../..");
    tree_.link("absolute", tree_ / "a");
    tree_.link("escape", outside_ / "secret");
    tree_.link("loop", "loop");
    tree_.link("dangling", "nothing");
    root_ = tree_.open();
  }

  int error(std::string_view path, Links links = Links::kFollow) {
    return GetParam()(root_.get(), path, O_RDONLY, links).error;
  }

  ScratchRepository outside_;
  ScratchRepository tree_;
  UniqueFd root_;
};

TEST_P(OpenBeneath, OpensWhatLiesBelow) {
  for (const auto* path :
       {"", ".", "a", "a/b/file", "./a//b/./file", "a/../a/b", "inside/file", "a/up/a/b/file"}) {
    EXPECT_EQ(error(path), 0) << path;
  }
}

TEST_P(OpenBeneath, RefusesWhatLeadsOut) {
  for (const auto* path :
       {"..", "a/../..", "/etc", "a/b/out", "a/b/out/etc/passwd", "absolute", "escape", "../a"}) {
    EXPECT_EQ(error(path), EXDEV) << path;
  }
}

TEST_P(OpenBeneath, TellsWhyNot) {
  EXPECT_EQ(error("nothing"), ENOENT);
  EXPECT_EQ(error("dangling"), ENOENT);
  EXPECT_EQ(error("a/b/file/more"), ENOTDIR);
  EXPECT_EQ(error("loop"), ELOOP);
  EXPECT_EQ(error(std::string(300, 'x')), ENAMETOOLONG);
}

TEST_P(OpenBeneath, RefusesLinksWhereAsked) {
  EXPECT_EQ(error("inside/file", Links::kRefuse), ELOOP);
  EXPECT_EQ(error("loop", Links::kRefuse), ELOOP);
  EXPECT_EQ(error("a/b/file", Links::kRefuse), 0);
}

TEST_P(OpenBeneath, GivesAReadableFile) {
  const auto opened = GetParam()(root_.get(), "inside/file", O_RDONLY, Links::kFollow);
  char text[8] = {};
  EXPECT_EQ(::read(opened.fd.get(), text, sizeof text), 5);
  EXPECT_STREQ(text, "hello");
}

INSTANTIATE_TEST_SUITE_P(Both, OpenBeneath, testing::Values(&open_beneath, &open_beneath_by_walking),
                         [](const auto& which) { return which.index == 0 ? "Kernel" : "Walk"; });

}  // namespace
}  // namespace container_kit::kit::analysis
