#include "interrupted.h"

#include <sstream>

#include <gtest/gtest.h>

namespace container_kit::app {
namespace {

telemetry::InterruptedSpan span(std::string name) {
  telemetry::InterruptedSpan made;
  made.name = std::move(name);
  made.process_id = 17;
  made.start_time = 1'700'000'000'042'000'000;
  made.ran_for = std::chrono::milliseconds(1'500);
  return made;
}

std::string said_of(const std::vector<telemetry::InterruptedSpan>& spans) {
  std::ostringstream out;
  report_interrupted(spans, out);
  return out.str();
}

TEST(Interrupted, is_told_of_in_a_line_each) {
  EXPECT_EQ(said_of({span("tool.analyze")}),
            "container-kit: interrupted name=tool.analyze trace_id=00000000000000000000000000000000 "
            "span_id=0000000000000000 pid=17 started=2023-11-14T22:13:20.042Z ran_for_ms=1500\n");
  EXPECT_EQ(said_of({}), "");
}

TEST(Interrupted, leaves_out_what_is_around_and_below) {
  EXPECT_EQ(said_of({span("http.POST /mcp"), span("analyze.walk"), span("toolbox")}), "");
  EXPECT_NE(said_of({span("pipeline.container-build.lint")}), "");
  EXPECT_NE(said_of({span("session.batch")}), "");
}

TEST(Interrupted, a_name_cannot_make_a_line_of_its_own) {
  EXPECT_NE(said_of({span("tool.a b\nc\x1b[31m")}).find("name=tool.a.b.c.[31m trace_id"), std::string::npos);
}

TEST(Interrupted, says_how_many_more_there_were) {
  const auto said = said_of(std::vector(40, span("tool.analyze")));
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 33);
  EXPECT_NE(said.find("container-kit: interrupted 8 more\n"), std::string::npos);
}

}  // namespace
}  // namespace container_kit::app
