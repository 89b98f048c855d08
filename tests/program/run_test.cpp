// `container-kit run`: the result on stdout, the trace on stderr.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/running_server.h"

namespace container_kit::tests {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Run, prints_the_result_and_the_trace_apart) {
  Folder folder;
  folder.write("main.go", "package main\n");
  Program program({"run", "analyze", "--path", folder.path().string()});
  EXPECT_EQ(program.wait(), 0);
  EXPECT_THAT(program.out(), AllOf(HasSubstr("Go"), Not(HasSubstr("tool.analyze"))));
  EXPECT_THAT(program.error(), AllOf(HasSubstr("tool.analyze"), HasSubstr("analyze.walk")));
}

TEST(Run, goes_on_with_the_trace_of_who_started_it) {
  Folder folder;
  folder.write("main.go", "package main\n");
  const std::string file = (folder.path() / "traces.json").string();
  constexpr const char* kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
  Program program({"run", "analyze", "--path", folder.path().string()},
                  {{"TRACEPARENT", std::string("00-") + kTrace + "-00f067aa0ba902b7-01"},
                   {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "file://" + file}});
  EXPECT_EQ(program.wait(), 0);
  std::ifstream traces(file);
  const std::string text{std::istreambuf_iterator<char>(traces), {}};
  EXPECT_THAT(text, AllOf(HasSubstr(kTrace), HasSubstr("\"parentSpanId\":\"00f067aa0ba902b7\"")));
}

TEST(Run, prints_json_when_asked) {
  Folder folder;
  folder.write("main.go", "package main\n");
  Program program({"run", "analyze", "--path", folder.path().string(), "--json"});
  EXPECT_EQ(program.wait(), 0);
  EXPECT_THAT(program.out(), AllOf(StartsWith("{"), ::testing::EndsWith("}\n"), HasSubstr("\"Go\"")));
}

TEST(Run, a_failure_is_exit_code_1_and_one_reason) {
  Program program({"run", "analyze", "--path", "/no/such/folder"}, {{"OTEL_TRACES_EXPORTER", "none"}});
  EXPECT_EQ(program.wait(), 1);
  EXPECT_EQ(program.out(), "");
  EXPECT_THAT(program.error(), StartsWith("container-kit: path_not_found: "));
}

TEST(Run, a_folder_outside_the_allowed_root_is_refused) {
  Folder allowed;
  Program program({"run", "analyze", "--path", "/etc", "--allow-root", allowed.path().string()},
                  {{"OTEL_TRACES_EXPORTER", "none"}});
  EXPECT_EQ(program.wait(), 1);
  EXPECT_THAT(program.error(), StartsWith("container-kit: path_not_allowed: "));
}

TEST(Run, a_mistake_in_the_command_is_exit_code_2) {
  Program program({"run", "analyze"});
  EXPECT_EQ(program.wait(), 2);
  EXPECT_THAT(program.error(), HasSubstr("--path is required"));
}

TEST(Run, version_and_help_are_exit_code_0) {
  Program version({"--version"});
  EXPECT_EQ(version.wait(), 0);
  EXPECT_THAT(version.out(), MatchesRegex("container-kit [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  Program help({"run", "analyze", "--help"});
  EXPECT_EQ(help.wait(), 0);
  EXPECT_THAT(help.out(), HasSubstr("--path"));
}

}  // namespace
}  // namespace container_kit::tests
