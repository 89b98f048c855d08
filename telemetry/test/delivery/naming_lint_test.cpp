#include "delivery/naming_lint.h"

#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

namespace container_kit::telemetry::delivery {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What a Manager with this configuration says in its log of the spans that `work` makes.
template <typename F>
std::vector<std::string> naming_lines(Config config, F work) {
  std::mutex mutex;
  std::vector<std::string> lines;
  config.traces_to_nowhere = true;
  config.metrics_enabled = false;
  config.log_sink = [&](LogLevel, std::string_view line) {
    const std::lock_guard lock(mutex);
    if (line.substr(0, 7) == "naming:") lines.emplace_back(line);
  };
  Manager manager(std::move(config));
  EXPECT_TRUE(manager.initialize());
  work(manager);
  EXPECT_TRUE(manager.force_flush(std::chrono::seconds(20)));
  EXPECT_TRUE(manager.shutdown(std::chrono::seconds(20)));
  return lines;
}

void work_with_bad_names(const Manager& manager) {
  for (int i = 0; i < 3; ++i) {
    Span span = manager.tracing().tracer().start_span("analyze");
    span.set_attribute("toolName", "first");
    span.set_attribute("toolName", "second");
    span.set_attribute("tool.version", "1");
    span.add_event("tool.done", {{"itemCount", 3}});
  }
}

TEST(NamingLint, SaysInDevelopmentOnceEachWhatWouldBeBetter) {
  EXPECT_THAT(naming_lines(Config::development(), work_with_bad_names),
              ElementsAre(HasSubstr(R"(span "analyze": better "tool.analyze")"),
                          HasSubstr(R"(attribute "toolName": better "tool.name")"),
                          HasSubstr(R"(attribute "itemCount": better "item.count")")));
}

TEST(NamingLint, SaysNothingInProductionUnlessAskedFor) {
  EXPECT_THAT(naming_lines(Config::production(), work_with_bad_names), IsEmpty());
  Config config = Config::production();
  config.trace_sample_rate = 1.0;
  config.naming_lint = NamingLintMode::kOn;
  EXPECT_EQ(naming_lines(config, work_with_bad_names).size(), 3U);
  config = Config::development();
  config.naming_lint = NamingLintMode::kOff;
  EXPECT_THAT(naming_lines(config, work_with_bad_names), IsEmpty());
}

TEST(NamingLint, TakesTheNamesThatMcpsConventionGives) {
  EXPECT_THAT(naming_lines(Config::development(),
                           [](const Manager& manager) {
                             Span span = manager.tracing().tracer().start_span("initialize");
                             span.set_attribute("mcp.method.name", "initialize");
                           }),
              IsEmpty());
}

TEST(NamingLint, ANameCannotForgeALineOfTheLog) {
  const auto lines = naming_lines(Config::development(), [](const Manager& manager) {
    manager.tracing().tracer().start_span("a\nb").end();
  });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].find('\n'), std::string::npos);
  EXPECT_THAT(lines[0], HasSubstr(R"("a\u000ab")"));
}

TEST(NamingLint, RemembersNoMoreNamesThanItsBound) {
  const auto lines = naming_lines(Config::development(), [](const Manager& manager) {
    for (std::size_t i = 0; i < NamingLint::kMostNames + 100; ++i) {
      manager.tracing().tracer().start_span("name" + std::to_string(i)).end();
    }
  });
  EXPECT_EQ(lines.size(), NamingLint::kMostNames);
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
