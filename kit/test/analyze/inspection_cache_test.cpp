#include "analyze/inspection_cache.h"

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "analyze/scratch_repository.h"
#include "support/silent_steps.h"

namespace container_kit::kit::analysis {
namespace {

using Outcome = InspectionCache::Outcome;
using Answer = InspectionCache::Answer;

Answer ask(InspectionCache& cache, const std::string& folder, const AnalyzeLimits& limits = {}) {
  SilentSteps silent;
  auto answer = cache.inspect({{folder}, ".", limits}, silent);
  if (answer) return std::move(*answer);
  ADD_FAILURE() << answer.error().message;
  return {std::make_shared<const Inspection>()};
}

void write_service(const ScratchRepository& tree) {
  tree.write("package.json", R"({"name": "a", "dependencies": {"express": "4"}})");
  tree.write("src/server.js", "require('express')().listen(3000);\n");
}

TEST(InspectionCache, AnswersTheSameWithoutLookingAgain) {
  const ScratchRepository tree;
  write_service(tree);
  InspectionCache cache;
  const auto first = ask(cache, tree.path());
  EXPECT_EQ(first.outcome, Outcome::kMiss);
  const auto second = ask(cache, tree.path());
  EXPECT_EQ(second.outcome, Outcome::kHit);
  EXPECT_EQ(second.inspection, first.inspection);
  EXPECT_EQ(second.inspection->analysis.frameworks.front().name, "Express");
  EXPECT_EQ(cache.size().repositories, 1U);
  EXPECT_GE(cache.size().watches, 2U);
  EXPECT_GT(cache.size().bytes, 0U);
}

struct Case {
  const char* name;
  void (*change)(const ScratchRepository& tree);
};

class InspectionCacheAfter : public testing::TestWithParam<Case> {};

// Whatever the change: the next answer is what a look without a cache gives.
TEST_P(InspectionCacheAfter, IsNeverStale) {
  const ScratchRepository tree;
  write_service(tree);
  tree.write(".gitignore", "ignored/\n");
  tree.write("ignored/x.py", "print()\n");
  tree.write(".git/info/exclude", "*.rb\n");
  tree.write("y.rb", "puts 1\n");
  tree.write("src/vendor/modules.txt", "\n");
  tree.write("src/vendor/z.go", "package z\n");
  std::filesystem::create_hard_link(tree / "src/server.js", tree / ".git/elsewhere");
  InspectionCache cache;
  const auto before = ask(cache, tree.path());
  ASSERT_EQ(ask(cache, tree.path()).outcome, Outcome::kHit);
  GetParam().change(tree);
  const auto after = ask(cache, tree.path());
  EXPECT_EQ(after.outcome, Outcome::kStale);
  EXPECT_NE(to_text(after.inspection->analysis), to_text(before.inspection->analysis))
      << "the change is one that shows";
  EXPECT_EQ(to_text(after.inspection->analysis), to_text(*analyze({{tree.path()}, ".", {}})));
  EXPECT_EQ(ask(cache, tree.path()).outcome, Outcome::kHit);
}

INSTANTIATE_TEST_SUITE_P(
    Every, InspectionCacheAfter,
    testing::Values(
        Case{"Manifest", [](const ScratchRepository& tree) { tree.write("package.json", "{}"); }},
        Case{"SameSize",
             [](const ScratchRepository& tree) { tree.write("src/server.js", std::string(34, '\n')); }},
        Case{"NewFolder",
             [](const ScratchRepository& tree) { tree.write("lib/deep/a.rs", "fn main() {}\n"); }},
        Case{"Removal", [](const ScratchRepository& tree) { std::filesystem::remove_all(tree / "src"); }},
        Case{"IgnoreRules", [](const ScratchRepository& tree) { tree.write(".gitignore", ""); }},
        Case{"Excludes", [](const ScratchRepository& tree) { tree.write(".git/info/exclude", ""); }},
        Case{"NoMoreExcludes",
             [](const ScratchRepository& tree) {
               std::filesystem::rename(tree / ".git/info", tree / ".git/i");
             }},
        Case{"NoMoreGit",
             [](const ScratchRepository& tree) {
               std::filesystem::rename(tree / ".git", tree / "ignored/git");
             }},
        Case{"NoMoreVendored",
             [](const ScratchRepository& tree) { std::filesystem::remove(tree / "src/vendor/modules.txt"); }},
        Case{"OtherName",
             [](const ScratchRepository& tree) {
               tree.write(".git/elsewhere", "one();\ntwo();\nthree();\n");
             }}),
    [](const auto& tested) { return tested.param.name; });

TEST(InspectionCache, SeesExcludesThatComeWithoutAnInfoFolder) {
  const ScratchRepository tree;
  tree.write("y.rb", "puts 1\n");
  tree.folder(".git");
  InspectionCache cache;
  EXPECT_EQ(ask(cache, tree.path()).inspection->analysis.files, 1U);
  tree.write(".git/info/exclude", "*.rb\n");
  EXPECT_EQ(ask(cache, tree.path()).inspection->analysis.files, 0U);
}

TEST(InspectionCache, IsLeftAloneByWhatGitWritesForItself) {
  const ScratchRepository tree;
  write_service(tree);
  tree.write(".git/info/exclude", "");
  InspectionCache cache;
  ask(cache, tree.path());
  tree.write(".git/index.lock", "");
  EXPECT_EQ(ask(cache, tree.path()).outcome, Outcome::kHit);
}

TEST(InspectionCache, KnowsARepositoryThatWasPutInTheOthersPlace) {
  const ScratchRepository tree;
  tree.write("one/package.json", "{}");
  tree.write("two/go.mod", "module example.org/x\n\ngo 1.22\n");
  InspectionCache cache;
  EXPECT_EQ(ask(cache, tree / "one").inspection->analysis.package_managers.front().name, "npm");
  std::filesystem::rename(tree / "one", tree / "away");
  std::filesystem::rename(tree / "two", tree / "one");
  EXPECT_EQ(ask(cache, tree / "one").inspection->analysis.package_managers.front().name, "go");
  EXPECT_EQ(ask(cache, tree / "away").inspection->analysis.path, tree / "away");
}

TEST(InspectionCache, NoticesThatAFolderAboveWasRenamed) {
  const ScratchRepository tree;
  tree.write("above/repository/package.json", "{}");
  InspectionCache cache;
  ask(cache, tree / "above/repository");
  std::filesystem::rename(tree / "above", tree / "renamed");
  EXPECT_EQ(ask(cache, tree / "renamed/repository").inspection->analysis.path, tree / "renamed/repository");
}

TEST(InspectionCache, ChecksThePathEachTime) {
  const ScratchRepository tree;
  tree.write("in/package.json", "{}");
  tree.write("out/package.json", "{}");
  SilentSteps silent;
  InspectionCache cache;
  ASSERT_TRUE(cache.inspect({{tree / "in", tree / "out"}, tree / "out", {}}, silent));
  const auto refused = cache.inspect({{tree / "in"}, tree / "out", {}}, silent);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ToolErrorCode::kPathNotAllowed);
}

TEST(InspectionCache, OtherLimitsAreAnotherQuestion) {
  const ScratchRepository tree;
  write_service(tree);
  InspectionCache cache;
  ask(cache, tree.path());
  AnalyzeLimits few;
  few.max_files = 1;
  EXPECT_EQ(ask(cache, tree.path(), few).inspection->analysis.files, 1U);
  EXPECT_EQ(ask(cache, tree.path()).inspection->analysis.files, 2U);
}

TEST(InspectionCache, DropsWhatWasUsedLongestAgo) {
  const ScratchRepository tree;
  for (const auto* name : {"a", "b", "c"}) tree.write(std::string(name) + "/package.json", "{}");
  InspectionCache cache({.repositories = 2});
  ask(cache, tree / "a");
  ask(cache, tree / "b");
  ask(cache, tree / "a");
  ask(cache, tree / "c");
  EXPECT_EQ(cache.size().repositories, 2U);
  EXPECT_EQ(ask(cache, tree / "a").outcome, Outcome::kHit);
  EXPECT_EQ(ask(cache, tree / "b").outcome, Outcome::kMiss);
}

TEST(InspectionCache, StaysWithinItsWatchesAndBytes) {
  const ScratchRepository tree;
  for (const auto* name : {"a", "b"}) {
    for (int i = 0; i < 5; ++i) tree.write(std::string(name) + "/" + std::to_string(i) + "/x.go");
  }
  InspectionCache few_watches({.watches = 10});
  EXPECT_EQ(ask(few_watches, tree / "a").outcome, Outcome::kMiss);
  EXPECT_EQ(ask(few_watches, tree / "b").outcome, Outcome::kMiss);
  EXPECT_EQ(few_watches.size().repositories, 1U);
  InspectionCache fewer({.watches = 3});
  const auto unwatched = ask(fewer, tree / "a");
  EXPECT_EQ(unwatched.outcome, Outcome::kUnwatched);
  EXPECT_EQ(unwatched.blindness, TreeWatch::Blindness::kTooManyFolders);
  EXPECT_EQ(fewer.size().watches, 0U);
  InspectionCache few_bytes({.bytes = 100});
  EXPECT_EQ(ask(few_bytes, tree / "a").outcome, Outcome::kUnwatched);
  InspectionCache one;
  ask(one, tree / "a");
  InspectionCache one_and_a_half({.bytes = one.size().bytes * 3 / 2});
  ask(one_and_a_half, tree / "a");
  ask(one_and_a_half, tree / "b");
  EXPECT_EQ(one_and_a_half.size().repositories, 1U);
  EXPECT_EQ(ask(one_and_a_half, tree / "b").outcome, Outcome::kHit);
}

// A folder and the one above it, both kept: neither's watches are the other's.
TEST(InspectionCache, KeepsAFolderAndTheOneAboveApart) {
  const ScratchRepository tree;
  tree.write("package.json", "{}");
  tree.write("member/package.json", "{}");
  InspectionCache cache;
  ask(cache, tree.path());
  ask(cache, tree / "member");
  tree.write("package.json", R"({"name": "b"})");
  EXPECT_EQ(ask(cache, tree / "member").outcome, Outcome::kHit);
  EXPECT_EQ(ask(cache, tree.path()).outcome, Outcome::kStale);
  tree.write("member/package.json", R"({"name": "c"})");
  EXPECT_EQ(ask(cache, tree / "member").outcome, Outcome::kStale);
  EXPECT_EQ(ask(cache, tree.path()).outcome, Outcome::kStale);
}

TEST(InspectionCache, KeepsNoError) {
  const ScratchRepository tree;
  SilentSteps silent;
  InspectionCache cache;
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = cache.inspect({{tree.path()}, ".", {}, stop.get_token()}, silent);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ToolErrorCode::kCancelled);
  EXPECT_EQ(cache.size().repositories, 0U);
  ask(cache, tree.path());
  tree.write("package.json", "{}");
  EXPECT_FALSE(cache.inspect({{tree.path()}, ".", {}, stop.get_token()}, silent));
  EXPECT_EQ(cache.size().repositories, 0U) << "what is stale is of no use to anybody";
}

// One thread writes a number of lines and remembers it; the others ask, and must never be told fewer lines
// than were there before they asked.
TEST(InspectionCache, ConcurrentReadersNeverSeeWhatWasBefore) {
  constexpr int kWrites = 150;
  constexpr int kReaders = 3;
  const ScratchRepository tree;
  write_service(tree);
  tree.write("lib/a/deep.js", "\n");
  InspectionCache cache;
  std::atomic<std::uint64_t> written{1};
  std::atomic<bool> done{false};
  std::atomic<int> hits{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto before = written.load();
        const auto answer = ask(cache, tree.path());
        ASSERT_GE(answer.inspection->analysis.lines, before + 1);
        if (answer.outcome == Outcome::kHit) ++hits;
        EXPECT_TRUE(answer.inspection->root().json("package.json").has("name"));
      }
    });
  }
  const UniqueFd file{::open((tree / "lib/a/deep.js").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
  for (int i = 0; i < kWrites; ++i) {
    const int hits_before = hits;
    ASSERT_EQ(::write(file.get(), "\n", 1), 1);
    ++written;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    while (hits == hits_before && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  }
  done = true;
  for (auto& reader : readers) reader.join();
  EXPECT_GT(hits, 0);
}

}  // namespace
}  // namespace container_kit::kit::analysis
