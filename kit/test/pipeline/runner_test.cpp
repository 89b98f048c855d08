#include "pipeline/runner.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <latch>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/in_memory_spans.h>

#include "support/folder.h"

namespace container_kit::kit::pipeline {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Does what the test wants, by the name that it is given.
class ScriptedTool : public Tool {
 public:
  using Script = std::function<ToolResult<ToolOutput>(const std::string& what, const ToolContext&)>;
  explicit ScriptedTool(Script script) : script_(std::move(script)) {}
  std::string_view name() const override { return "scripted"; }
  std::string_view description() const override { return "Does what the test wants"; }
  std::string_view version() const override { return "1"; }
  const ToolInput& input() const override { return input_; }
  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    return script_(arguments.string("what"), context);
  }

 private:
  Script script_;
  ToolInput input_{{.name = "what", .required = true}};
};

class Heard : public ProgressListener {
 public:
  void report(double done, double, std::string_view message) override {
    EXPECT_GT(done, last);
    last = done;
    messages.emplace_back(message);
  }
  void run_begins(std::string_view id) override { messages.push_back("run " + std::string(id)); }
  double last = -1;
  std::vector<std::string> messages;
};

class PipelineRun : public ::testing::Test {
 protected:
  PipelineRun() : telemetry_(configured()) {
    EXPECT_TRUE(telemetry_.initialize());
    tools_.add(std::make_unique<ScriptedTool>([this](const std::string& what, const ToolContext& context) {
      calls_.fetch_add(1);
      return script_(what, context);
    }));
  }

  telemetry::Config configured() {
    telemetry::Config config = telemetry::Config::testing();
    config.tracing_enabled = true;
    config.traces_to_nowhere = true;
    config.span_processors = {spans_};
    return config;
  }

  Definition definition(const std::string& stages) {
    auto read =
        read_definition("pipeline: p\nstages:\n" + stages, &tools_, {{.name = "word"}, {.name = "wanted"}});
    EXPECT_TRUE(read) << read.error().message;
    return *std::move(read);
  }
  RunReport go(const std::string& stages, json::object inputs = {}) {
    return go(definition(stages), {new_run_id(), "p", "", std::move(inputs), {}});
  }
  RunReport go(const Definition& definition, RunState state) {
    heard_.last = -1;
    const ToolContext context{telemetry_,        roots_,
                              stop_.get_token(), std::chrono::steady_clock::time_point::max(),
                              &heard_,           &tools_};
    return run(definition, std::move(state), RunFolder(folder_.string()), context);
  }
  static std::vector<std::string> statuses(const RunReport& report) {
    std::vector<std::string> all;
    for (const auto& stage : report.stages)
      all.push_back(stage.name + " " + std::string(name_of(stage.status)));
    return all;
  }
  static ToolResult<ToolOutput> says(const std::string& text) {
    return ToolOutput{json::serialize(json::object{{"said", text}}), text};
  }
  static ToolError failure(ToolErrorCode code = ToolErrorCode::kProgramFailed) {
    return {code, "it broke", ""};
  }

  std::shared_ptr<telemetry::InMemorySpans> spans_ = std::make_shared<telemetry::InMemorySpans>();
  telemetry::Manager telemetry_;
  ToolRegistry tools_;
  std::vector<std::string> roots_;
  std::stop_source stop_;
  Heard heard_;
  const Folder temporary_;
  std::filesystem::path folder_ = temporary_.path();
  std::atomic<int> calls_ = 0;
  ScriptedTool::Script script_ = [](const std::string& what, const ToolContext&) { return says(what); };
};

TEST_F(PipelineRun, hands_results_from_stage_to_stage_in_spans_of_their_own) {
  const auto report = go(R"(
  - {name: first, tool: scripted, arguments: {what: "${inputs.word}"}}
  - {name: second, tool: scripted, arguments: {what: "${stages.first.result.said} again"}}
)",
                         {{"word", "hello"}});
  EXPECT_FALSE(report.error);
  EXPECT_THAT(statuses(report), ElementsAre("first succeeded", "second succeeded"));
  EXPECT_EQ(report.stages[1].result.at("said").as_string(), "hello again");
  EXPECT_THAT(heard_.messages, ElementsAre("run " + report.id, "first: started", "first: succeeded",
                                           "second: started", "second: succeeded"));
  const std::string tree = spans_->tree();
  EXPECT_THAT(tree, HasSubstr("pipeline.p "));
  EXPECT_THAT(tree, HasSubstr("\n  pipeline.p.first "));
  EXPECT_THAT(tree, HasSubstr("\n    tool.scripted "));
  EXPECT_TRUE(std::filesystem::is_empty(folder_)) << "a run that ended well is kept";
}

TEST_F(PipelineRun, skips_with_a_reason) {
  const auto report = go(R"(
  - {name: asked, tool: scripted, arguments: {what: x}, when: inputs.wanted, otherwise: nobody wanted it}
  - {name: missing, tool: scripted, arguments: {what: x}, programs: [no-such-program, nor-this]}
  - {name: nothing, tool: scripted, arguments: {what: x}, skip_on: [program_failed]}
)");
  EXPECT_EQ(report.stages[0].reason, "nobody wanted it");
  EXPECT_EQ(report.stages[1].reason, "none of these is installed: no-such-program, nor-this");
  EXPECT_THAT(spans_->tree(), HasSubstr("@pipeline.stage.skipped"));
  script_ = [](const std::string&, const ToolContext&) { return failure(); };
  EXPECT_EQ(
      go("  - {name: n, tool: scripted, arguments: {what: x}, skip_on: [program_failed]}\n").stages[0].status,
      StageStatus::kSkipped);
}

TEST_F(PipelineRun, tries_again_where_that_can_help) {
  script_ = [this](const std::string& what, const ToolContext&) -> ToolResult<ToolOutput> {
    if (calls_ < 3) return failure();
    return says(what);
  };
  const std::string stage =
      "  - {name: a, tool: scripted, arguments: {what: x}, retry: {attempts: 3, backoff: 1ms}}\n";
  const auto report = go(stage);
  EXPECT_FALSE(report.error);
  EXPECT_EQ(report.stages[0].attempts, 3);
  calls_ = 0;
  script_ = [](const std::string&, const ToolContext&) { return failure(ToolErrorCode::kInvalidArgument); };
  EXPECT_EQ(go(stage).stages[0].attempts, 1);
}

TEST_F(PipelineRun, ends_at_a_failure_and_tidies_up) {
  script_ = [](const std::string& what, const ToolContext&) -> ToolResult<ToolOutput> {
    if (what == "bad") return failure();
    return says(what);
  };
  const auto report = go(R"(
  - {name: mild, tool: scripted, arguments: {what: bad}, continue_on_failure: true}
  - {name: grave, tool: scripted, arguments: {what: bad}}
  - {name: never, tool: scripted, arguments: {what: x}}
on_failure:
  - {name: tidy, tool: scripted, arguments: {what: "${stages.grave.status}"}}
)");
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ToolErrorCode::kProgramFailed);
  EXPECT_THAT(statuses(report), ElementsAre("mild failed", "grave failed", "tidy succeeded"));
  EXPECT_EQ(report.stages[2].result.at("said").as_string(), "failed");
}

TEST_F(PipelineRun, a_check_that_does_not_hold_is_a_failure) {
  const auto report =
      go("  - {name: a, tool: scripted, arguments: {what: x}, check: 'result.said == \"y\"', complaint: not "
         "y}\n");
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->message, "not y");
}

TEST_F(PipelineRun, branches_run_at_the_same_time) {
  std::latch both(2);
  script_ = [&both](const std::string& what, const ToolContext&) {
    both.arrive_and_wait();  // for ever, if one waited for the other
    return says(what);
  };
  const auto report = go(R"(
  - parallel:
      - {name: left, tool: scripted, arguments: {what: l}}
      - {name: right, tool: scripted, arguments: {what: r}}
)");
  EXPECT_THAT(statuses(report), ElementsAre("left succeeded", "right succeeded"));
}

TEST_F(PipelineRun, goes_on_where_it_was_killed) {
  const std::string stages = R"(
  - {name: first, tool: scripted, arguments: {what: one}}
  - {name: second, tool: scripted, arguments: {what: "${stages.first.result.said}"}}
)";
  script_ = [this](const std::string& what, const ToolContext&) -> ToolResult<ToolOutput> {
    if (calls_ == 2) return failure();
    return says(what);
  };
  const auto failed = go(stages);
  ASSERT_TRUE(failed.error);
  const auto state = RunFolder(folder_.string()).load(failed.id);
  ASSERT_TRUE(state) << state.error().message;
  const auto resumed = go(definition(stages), *state);
  EXPECT_FALSE(resumed.error);
  EXPECT_THAT(statuses(resumed), ElementsAre("first resumed", "second succeeded"));
  EXPECT_EQ(resumed.stages[1].result.at("said").as_string(), "one");
  EXPECT_EQ(calls_, 3);
  EXPECT_FALSE(RunFolder(folder_.string()).load(failed.id)) << "what has ended is not there to be resumed";
}

TEST_F(PipelineRun, a_stage_that_takes_too_long_is_stopped) {
  script_ = [](const std::string&, const ToolContext& context) -> ToolResult<ToolOutput> {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, context.stop, std::chrono::seconds(20), [] { return false; });
    return context.stopped();
  };
  const auto report = go("  - {name: slow, tool: scripted, arguments: {what: x}, timeout: 20ms}\n");
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ToolErrorCode::kDeadlineExceeded);
}

TEST_F(PipelineRun, where_nothing_can_be_saved_it_runs_and_says_so) {
  const auto file = folder_ / "file";
  std::fclose(std::fopen(file.c_str(), "we"));
  folder_ = file;
  const auto report = go("  - {name: a, tool: scripted, arguments: {what: x}}\n");
  EXPECT_FALSE(report.error);
  EXPECT_THAT(report.unsaved, HasSubstr("CONTAINER_KIT_STATE_DIR"));
  folder_ = file.parent_path();
}

TEST(RunFolder, takes_no_name_of_a_file_for_an_id) {
  const RunFolder folder("/tmp");
  for (const char* id : {"", "../../etc/passwd", "0123456789abcdeg", "0123456789abcdef0"}) {
    const auto loaded = folder.load(id);
    ASSERT_FALSE(loaded) << id;
    EXPECT_EQ(loaded.error().field, "resume");
  }
}

TEST(RunFolder, lets_one_at_a_time_go_on_with_a_run) {
  const Folder temporary;
  const RunFolder folder(temporary / "runs");
  const std::string id = new_run_id();
  {
    const auto lock = folder.lock(id);
    ASSERT_TRUE(lock);
    const auto second = folder.lock(id);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ToolErrorCode::kConflict);
    EXPECT_THAT(second.error().message, HasSubstr("goes on already"));
    EXPECT_TRUE(folder.lock(new_run_id())) << "another run is free";
  }
  EXPECT_TRUE(std::filesystem::is_empty(temporary / "runs"));
  EXPECT_TRUE(folder.lock(id));
  EXPECT_FALSE(folder.lock("../x"));
}

TEST(RunFolder, removes_what_nobody_went_on_with_for_a_week) {
  const Folder temporary;
  const RunFolder folder(temporary / "runs");
  const auto keep = [&](std::chrono::hours age) {
    std::string id = new_run_id();
    EXPECT_TRUE(folder.save({id, "p", "", {}, {}}));
    const auto written = std::filesystem::file_time_type::clock::now() - age;
    std::filesystem::last_write_time(temporary / ("runs/" + id + ".json"), written);
    return id;
  };
  const std::string young = keep(RunFolder::kKept - std::chrono::hours(1));
  const std::string old = keep(RunFolder::kKept + std::chrono::hours(1));
  const std::string held = keep(RunFolder::kKept + std::chrono::hours(1));
  temporary.write("runs/notes.json");
  std::filesystem::last_write_time(temporary / "runs/notes.json", std::filesystem::file_time_type::min());
  const auto lock = folder.lock(held);
  folder.remove_old();
  EXPECT_TRUE(folder.load(young));
  EXPECT_FALSE(folder.load(old));
  EXPECT_TRUE(folder.load(held));
  EXPECT_TRUE(std::filesystem::exists(temporary / "runs/notes.json")) << "not ours";
}

}  // namespace
}  // namespace container_kit::kit::pipeline
