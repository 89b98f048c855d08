// Pipelines whose stages run pipelines, by the tool run_pipeline.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/kit/tool_call.h>
#include <container_kit/telemetry/in_memory_spans.h>

#include "support/folder.h"

namespace container_kit::kit::pipeline {
namespace {

using ::testing::HasSubstr;

class Nested : public ::testing::Test {
 protected:
  Nested() : telemetry_(configured()) {
    EXPECT_TRUE(telemetry_.initialize());
    ::setenv("CONTAINER_KIT_STATE_DIR", (folder_.path() / "state").c_str(), 1);
  }
  ~Nested() override { ::unsetenv("CONTAINER_KIT_STATE_DIR"); }

  telemetry::Config configured() const {
    telemetry::Config config = telemetry::Config::testing();
    config.tracing_enabled = true;
    config.traces_to_nowhere = true;
    config.span_processors = {spans_};
    return config;
  }
  void write(const std::string& name, const std::string& stages) const {
    std::ofstream(folder_.path() / (name + ".yaml")) << "pipeline: " << name << "\nstages:\n" << stages;
  }
  static std::string runs(const std::string& stage, const std::string& pipeline,
                          const std::string& more = {}) {
    return "  - {name: " + stage + ", tool: run_pipeline, arguments: {file: " + pipeline + ".yaml}" + more +
           "}\n";
  }
  ToolResult<ToolOutput> run(const std::string& name) {
    return call_tool({telemetry_, tools_, roots_}, "run_pipeline", {{"file", name + ".yaml"}}, 0);
  }
  std::size_t kept_runs() const {
    const auto kept = folder_.path() / "state/runs";
    if (!std::filesystem::exists(kept)) return 0;
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kept)) {
      count += entry.path().extension() == ".json" ? 1 : 0;
    }
    return count;
  }
  // Spans of that name.
  std::size_t count(const std::string& span) const {
    const std::string tree = spans_->tree();
    std::size_t found = 0;
    for (auto at = tree.find(span); at != std::string::npos; at = tree.find(span, at + 1)) ++found;
    return found;
  }

  const Folder folder_;
  std::shared_ptr<telemetry::InMemorySpans> spans_ = std::make_shared<telemetry::InMemorySpans>();
  telemetry::Manager telemetry_;
  const ToolRegistry tools_ = builtin_tools();
  const std::vector<std::string> roots_{folder_.path().string()};
};

TEST_F(Nested, run_as_stages_and_leave_nothing_behind) {
  write("inner", "  - {name: hello, tool: ping}\n");
  write("outer", runs("first", "inner") + runs("second", "inner"));
  const auto output = run("outer");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(count("pipeline.inner.hello "), 2U);
  EXPECT_EQ(kept_runs(), 0U);
}

TEST_F(Nested, one_that_runs_itself_is_refused_at_a_depth) {
  write("self", runs("again", "self"));
  const auto output = run("self");
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ToolErrorCode::kLimitReached);
  EXPECT_THAT(output.error().message, HasSubstr("8 deep and no deeper"));
  EXPECT_EQ(count("pipeline.self.again "), 8U);
  EXPECT_EQ(kept_runs(), 1U) << "only the outermost can be resumed";
  EXPECT_EQ(output.error().message.find("resume="), output.error().message.rfind("resume="));
}

TEST_F(Nested, two_that_run_each_other_are_refused_at_a_depth) {
  write("one", runs("other", "two"));
  write("two", runs("back", "one"));
  const auto output = run("one");
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ToolErrorCode::kLimitReached);
  EXPECT_EQ(count("pipeline.one.other ") + count("pipeline.two.back "), 8U);
}

TEST_F(Nested, that_multiply_are_stopped_by_the_number_of_their_stages) {
  std::string stages;
  for (int i = 0; i < 20; ++i) {
    stages += runs("s" + std::to_string(i), "wide", ", continue_on_failure: true");
  }
  write("wide", stages);
  EXPECT_TRUE(run("wide")) << "each of its stages may fail";
  EXPECT_LE(count("pipeline.wide.s"), 1'000U);
  EXPECT_GT(count("pipeline.wide.s"), 900U);
}

TEST_F(Nested, cannot_resume_a_run) {
  write("inner", "  - {name: hello, tool: ping}\n");
  write("outer",
        "  - {name: a, tool: run_pipeline, arguments: {file: inner.yaml, resume: 0123456789abcdef}}\n");
  const auto output = run("outer");
  ASSERT_FALSE(output);
  EXPECT_THAT(output.error().message, HasSubstr("a stage cannot resume a run"));
}

}  // namespace
}  // namespace container_kit::kit::pipeline
