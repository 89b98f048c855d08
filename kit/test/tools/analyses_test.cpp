#include "tools/analyses.h"

#include <gmock/gmock.h>

#include <container_kit/kit/tool_call.h>

#include "analyze/scratch_repository.h"
#include "support/silent_steps.h"

namespace container_kit::kit {
namespace {

using analysis::ScratchRepository;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

telemetry::Config with_metrics() {
  auto config = telemetry::Config::testing();
  config.metrics_enabled = true;
  return config;
}

class AnalysesTest : public ::testing::Test {
 protected:
  AnalysesTest() {
    static_cast<void>(telemetry_.initialize());
    tree_.write("package.json", R"({"name": "shop", "dependencies": {"express": "4"}})");
    tree_.write("package-lock.json", R"({"name": "shop", "lockfileVersion": 3, "packages": {}})");
    tree_.write("server.js", "require('express')().listen(3000);\n");
  }

  ToolContext context(const ToolRegistry* tools) const {
    ToolContext context{const_cast<telemetry::Manager&>(telemetry_), roots_};
    context.tools = tools;
    return context;
  }

  ScratchRepository tree_;
  telemetry::Manager telemetry_{with_metrics()};
  const std::vector<std::string> roots_{tree_.path()};
};

TEST_F(AnalysesTest, AreSharedByTheToolsOfARegistryThatKeepsThem) {
  auto tools = builtin_tools();
  tools.keep_analyses(telemetry_);
  for (const auto* tool : {"analyze", "generate_dockerfile", "generate_manifests"}) {
    ToolArguments arguments;
    arguments.set("path", tree_.path().string());
    if (std::string_view(tool) == "generate_manifests") arguments.set("image", "example.org/shop:1");
    ASSERT_TRUE(call_tool({telemetry_, tools, roots_}, *tools.find(tool), arguments)) << tool;
  }
  const auto metrics = telemetry_.scrape().body;
  EXPECT_THAT(metrics, HasSubstr("container_kit_analysis_cache_lookups_total{cache_outcome=\"miss\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("container_kit_analysis_cache_lookups_total{cache_outcome=\"hit\"} 2\n"));
  EXPECT_THAT(metrics, HasSubstr("container_kit_analysis_cache_lookups_total{cache_outcome=\"stale\"} 0\n"));
  EXPECT_THAT(metrics, HasSubstr("container_kit_analysis_cache_repositories 1\n"));
  EXPECT_THAT(metrics, HasSubstr("container_kit_analysis_cache_watches "));
  EXPECT_THAT(metrics, HasSubstr("container_kit_analysis_cache_usage_bytes "));
}

TEST_F(AnalysesTest, AreNotWatchedWhereNoneAreKept) {
  const auto tools = builtin_tools();
  EXPECT_EQ(tools.analyses(), nullptr);
  const auto inspected = inspect_for(context(&tools), ".");
  ASSERT_TRUE(inspected);
  EXPECT_EQ((*inspected)->watch, nullptr);
  EXPECT_TRUE(inspect_for(context(nullptr), "."));
}

TEST_F(AnalysesTest, SayOnceWhyARepositoryCannotBeWatched) {
  std::vector<std::string> warnings;
  Analyses analyses(telemetry_, [&](std::string_view line) { warnings.emplace_back(line); }, {.watches = 0});
  SilentSteps silent;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(analyses.inspect({roots_, ".", {}}, silent));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("more folders than are watched")));
  const auto metrics = telemetry_.scrape().body;
  EXPECT_THAT(metrics,
              HasSubstr("container_kit_analysis_cache_unwatched_total{error_type=\"too_many_folders\"} 3\n"));
  EXPECT_THAT(metrics,
              HasSubstr("container_kit_analysis_cache_lookups_total{cache_outcome=\"unwatched\"} 3\n"));
}

TEST_F(AnalysesTest, TellADeadlineFromACallerThatGaveUp) {
  std::stop_source stop;
  stop.request_stop();
  auto given_up = context(nullptr);
  given_up.stop = stop.get_token();
  EXPECT_EQ(inspect_for(given_up, ".").error().code, ToolErrorCode::kCancelled);
  ToolContext late{telemetry_, roots_, stop.get_token(), std::chrono::steady_clock::time_point::min()};
  EXPECT_EQ(inspect_for(late, ".").error().code, ToolErrorCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace container_kit::kit
