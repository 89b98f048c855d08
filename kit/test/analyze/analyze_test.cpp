#include <map>

#include <gmock/gmock.h>

#include <container_kit/kit/analyze.h>

#include "analyze/scratch_repository.h"

namespace container_kit::kit {
namespace {

using analysis::ScratchRepository;
using testing::ElementsAre;

// Writes down which steps began and ended, and what they counted.
class Recorder final : public StepObserver {
 public:
  std::unique_ptr<StepScope> begin(std::string_view name) override {
    events.push_back("+" + std::string(name));
    return std::make_unique<Scope>(*this, std::string(name));
  }

  std::vector<std::string> events;
  std::map<std::string, std::int64_t, std::less<>> counts;

 private:
  class Scope final : public StepScope {
   public:
    Scope(Recorder& recorder, std::string name) : recorder_(recorder), name_(std::move(name)) {}
    ~Scope() override { recorder_.events.push_back("-" + name_); }
    void attribute(std::string_view key, std::int64_t value) override {
      recorder_.counts[std::string(key)] = value;
    }

   private:
    Recorder& recorder_;
    std::string name_;
  };
};

TEST(Analyze, RunsItsStepsInOrder) {
  const ScratchRepository tree;
  tree.write("main.go", "package main\n\nfunc main() {}\n");
  tree.write("go.mod", "module example.org/x\n\ngo 1.22\n");
  Recorder recorder;
  const auto result = analyze({{tree.path().string()}, ".", {}}, recorder);
  ASSERT_TRUE(result);
  EXPECT_THAT(recorder.events,
              ElementsAre("+analyze.resolve", "-analyze.resolve", "+analyze.walk", "-analyze.walk",
                          "+analyze.languages", "-analyze.languages", "+analyze.detect", "-analyze.detect",
                          "+analyze.suggest", "-analyze.suggest"));
  EXPECT_EQ(recorder.counts["analyze.files"], 2);
  EXPECT_EQ(recorder.counts["analyze.lines"], 3);
  EXPECT_EQ(result->path, tree.path());
  EXPECT_EQ(result->start_commands.front().command, "go run .");
}

TEST(Analyze, ARefusedPathIsAnError) {
  const ScratchRepository tree;
  Recorder recorder;
  const auto refused = analyze({{tree.path().string()}, "/etc", {}}, recorder);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ToolErrorCode::kPathNotAllowed);
  EXPECT_EQ(refused.error().field, "path");
  EXPECT_THAT(recorder.events, ElementsAre("+analyze.resolve", "-analyze.resolve"));
  EXPECT_EQ(analyze({{tree / "nothing"}, ".", {}}).error().code, ToolErrorCode::kInternal);
}

TEST(Analyze, GivesTheSameTwice) {
  const ScratchRepository tree;
  for (const auto* name : {"b/package.json", "a/package.json", "c/package.json"}) {
    tree.write(name, R"({"dependencies": {"express": "4", "pg": "8"}})");
  }
  const AnalyzeRequest request{{tree.path().string()}, ".", {}};
  EXPECT_EQ(to_text(*analyze(request)), to_text(*analyze(request)));
}

// Asks to stop when a step begins.
class StopAt final : public StepObserver {
 public:
  StopAt(std::string_view step, Recorder& next) : step_(step), next_(next) {}
  std::unique_ptr<StepScope> begin(std::string_view name) override {
    if (name == step_) stop.request_stop();
    return next_.begin(name);
  }

  std::stop_source stop;

 private:
  std::string_view step_;
  Recorder& next_;
};

TEST(Analyze, StopsWithinEachStep) {
  const ScratchRepository tree;
  for (const auto* name : {"a", "b", "c"}) tree.write(std::string(name) + "/go.mod", "module x\n");
  for (const auto* name : {"a", "b", "c"}) tree.write(std::string(name) + "/main.go", "package main\n");
  const auto counted = [&](std::string_view step, std::string_view key) {
    Recorder recorder;
    StopAt observer(step, recorder);
    const auto stopped = analyze({{tree.path()}, ".", {}, observer.stop.get_token()}, observer);
    EXPECT_EQ(stopped ? ToolErrorCode::kInternal : stopped.error().code, ToolErrorCode::kCancelled);
    return recorder.counts[std::string(key)];
  };
  EXPECT_EQ(counted("analyze.walk", "analyze.files"), 0);
  EXPECT_EQ(counted("analyze.languages", "analyze.files"), 6);
  EXPECT_EQ(counted("analyze.languages", "analyze.lines"), 0);
  EXPECT_EQ(counted("analyze.detect", "analyze.lines"), 3);
  EXPECT_EQ(counted("analyze.detect", "analyze.projects"), 0);
}

TEST(Analyze, AnEmptyFolderIsNoError) {
  const ScratchRepository tree;
  const auto result = analyze({{tree.path().string()}, ".", {}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->files, 0U);
  EXPECT_TRUE(result->suggestions.empty());
}

}  // namespace
}  // namespace container_kit::kit
