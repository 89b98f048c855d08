// The corpus of paths that lead out, on the command line of the real program. Four tools share it: each by
// each is tried in the process of kit_test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/escapes.h"
#include "support/program.h"

namespace container_kit::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kTools = 4;

struct PathOption {
  std::size_t number;
  const char* name;
  std::vector<std::string> words;  // the last is the option that takes the path
  const char* file;                // what the path names, or empty: a folder
};

class PathOptions : public ::testing::TestWithParam<PathOption> {};

TEST_P(PathOptions, lead_to_nothing_outside) {
  auto world = std::make_unique<kit::EscapeWorld>();
  auto outside = world->what_is_outside();
  for (std::size_t i = GetParam().number; i < kit::escapes().size(); i += kTools) {
    const auto& escape = kit::escapes()[i];
    if (escape.has_nul()) continue;
    SCOPED_TRACE(escape.name);
    auto words = GetParam().words;
    words.insert(words.begin(), "run");
    words.back() += "=" + world->path_of(escape, GetParam().file);
    words.insert(words.end(), {"--json", "--allow-root", world->root()});
    Program program(std::move(words), {{"OTEL_TRACES_EXPORTER", "none"}});
    const int code = program.wait();
    EXPECT_THAT(program.out(), Not(HasSubstr(kit::kSecret)));
    EXPECT_THAT(program.error(), Not(HasSubstr(kit::kSecret)));
    if (code != 0 || !escape.may_succeed) {
      EXPECT_THAT(code, ::testing::AnyOf(1, 2));
      EXPECT_EQ(program.out(), "");
      EXPECT_THAT(program.error(), ::testing::StartsWith("container-kit: "));
      EXPECT_THAT(program.error(), ::testing::AnyOf(HasSubstr("; "), HasSubstr(" must ")));
    }
    // Nothing that a terminal obeys comes back, and no second line.
    EXPECT_EQ(program.error().find_first_of("\x1b\r\x07"), std::string::npos);
    ASSERT_EQ(world->what_is_outside(), outside) << "something was written";
    if (code == 0) {
      world = std::make_unique<kit::EscapeWorld>();
      outside = world->what_is_outside();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Program, PathOptions,
    ::testing::Values(
        PathOption{0, "analyze", {"analyze", "--path"}, ""},
        PathOption{1, "lint", {"lint_dockerfile", "--path"}, "Dockerfile"},
        PathOption{2, "generate", {"generate_dockerfile", "--no-dry-run", "--overwrite", "--path"}, ""},
        PathOption{3, "pipeline", {"run_pipeline", "--file"}, "pipeline.yaml"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace container_kit::tests
