#include "pipeline/definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit::pipeline {
namespace {

using ::testing::HasSubstr;

TEST(PipelineDefinition, reads_all_that_a_stage_can_say) {
  const ToolRegistry tools = builtin_tools();
  const auto read = read_definition(R"(
pipeline: nightly
description: What happens at night
inputs:
  path: {required: true, description: Where}
  tries: {type: integer, default: 3}
  kinds: {type: list, choices: [a, b]}
stages:
  - name: look
    tool: analyze
    arguments: {path: "${inputs.path}"}
    timeout: 90s
  - parallel:
      - name: one
        tool: ping
        when: inputs.tries > 2
        otherwise: too few tries
        continue_on_failure: true
      - name: two
        tool: ping
        retry: {attempts: 4, backoff: 250ms}
        programs: [sh]
        skip_on: conflict
        check: result.answer == "pong"
        complaint: no answer
on_failure:
  - {name: tidy, tool: ping}
)",
                                    &tools);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->name, "nightly");
  ASSERT_EQ(read->inputs.size(), 3U);
  EXPECT_TRUE(read->inputs[0].required);
  EXPECT_EQ(read->inputs[1].otherwise, ArgumentValue(std::int64_t{3}));
  ASSERT_EQ(read->steps.size(), 2U);
  EXPECT_EQ(read->steps[0][0].timeout, std::chrono::seconds(90));
  ASSERT_EQ(read->steps[1].size(), 2U);
  EXPECT_TRUE(read->steps[1][0].continue_on_failure);
  EXPECT_EQ(read->steps[1][1].retry.attempts, 4);
  EXPECT_EQ(read->steps[1][1].retry.backoff, std::chrono::milliseconds(250));
  EXPECT_EQ(read->on_failure.at(0).name, "tidy");
  EXPECT_EQ(read->stages().size(), 3U);
}

TEST(PipelineDefinition, faults_are_told_with_their_line) {
  const ToolRegistry tools = builtin_tools();
  const auto fault = [&tools](const std::string& yaml) {
    const auto read = read_definition(yaml, &tools);
    return read ? std::string("none") : read.error().message;
  };
  const std::string head = "pipeline: x\nstages:\n";
  EXPECT_THAT(fault("stages: []"), HasSubstr("`pipeline`, its name, is missing"));
  EXPECT_THAT(fault(head + "  - {name: a, tool: pong}\n"), HasSubstr("line 3: there is no tool 'pong'"));
  EXPECT_THAT(fault(head + "  - {name: a, tool: ping}\n  - {name: a, tool: ping}\n"),
              HasSubstr("line 4: there are two stages 'a'"));
  EXPECT_THAT(fault(head + "  - name: a\n    tool: ping\n    when: (1 ==\n"),
              HasSubstr("line 5: in the expression"));
  EXPECT_THAT(fault(head + "  - {name: a, tool: ping, timeout: soon}\n"), HasSubstr("30s"));
  EXPECT_THAT(fault(head + "  - {name: a, tool: ping, whne: true}\n"), HasSubstr("unknown key 'whne'"));
  EXPECT_THAT(fault(head + "  - {name: ../a, tool: ping}\n"), HasSubstr("cannot be the name of a stage"));
  EXPECT_THAT(fault(head + "  - name: a\n    tool: ping\n    name: b\n"),
              HasSubstr("line 5: the key 'name' is there twice"));
  EXPECT_THAT(fault("pipeline: x\ninputs:\n  a: {}\n  a: {}\n"),
              HasSubstr("line 4: the key 'a' is there twice"));
  EXPECT_THAT(fault(head + "  - {name: a, tool: ping, arguments: {b: 1, b: 2}}\n"),
              HasSubstr("'b' is there twice"));
  EXPECT_THAT(fault("pipeline: [\n"), HasSubstr("pipeline, line"));
  EXPECT_THAT(fault("just text"), HasSubstr("must be a map"));
}

TEST(PipelineDefinition, names_that_there_are_not_are_told_with_their_place) {
  const auto fault = [](const std::string& stage) {
    const auto read =
        read_definition("pipeline: x\ninputs:\n  path: {}\nstages:\n  - {name: first, tool: ping}\n" + stage +
                            "  - {name: last, tool: ping}\n",
                        nullptr);
    return read ? std::string("none") : read.error().message;
  };
  const auto when = [&fault](const std::string& expression) {
    return fault("  - name: a\n    tool: ping\n    when: " + expression + "\n");
  };
  EXPECT_THAT(
      when("stages.frist.status == 'failed'"),
      HasSubstr("line 8: in the expression 'stages.frist.status == 'failed'', at character 1: there is no "
                "stage before this one called 'frist'; did you mean 'first'?"));
  EXPECT_THAT(when("inputs.path and inputs.pth"),
              HasSubstr("character 17: there is no input 'pth'; did you"));
  EXPECT_THAT(when("stages.last.status"), HasSubstr("no stage before this one called 'last'"));
  EXPECT_THAT(when("stages.a.status"), HasSubstr("no stage before this one called 'a'"));
  EXPECT_THAT(when("stages.first.statsu"), HasSubstr("did you mean 'status'?"));
  EXPECT_THAT(when("result.x"), HasSubstr("there is no name 'result'"));
  EXPECT_THAT(when("input.path"), HasSubstr("did you mean 'inputs'?"));
  EXPECT_THAT(
      fault("  - name: a\n    tool: ping\n    arguments:\n      b: 1\n      c: ['x ${inputs.pat}']\n"),
      HasSubstr("line 10: in the expression 'inputs.pat'"));
  EXPECT_EQ(when("stages.first.result.x.y and stages.first.status and inputs.path and run.id"), "none");
  EXPECT_EQ(fault("  - {name: a, tool: ping, check: result.x}\n"), "none");
}

TEST(PipelineDefinition, a_short_text_cannot_stand_for_an_endless_one) {
  std::string yaml =
      "pipeline: x\nstages:\n  - name: a\n    tool: ping\n    arguments:\n      l0: &l0 [x, x, x, x]\n";
  for (int i = 1; i < 14; ++i) {
    const std::string before = "*l" + std::to_string(i - 1);
    yaml += "      l" + std::to_string(i) + ": &l" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 7; ++j) yaml += ", " + before;
    yaml += "]\n";
  }
  const auto read = read_definition(yaml, nullptr);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("too long"));
}

}  // namespace
}  // namespace container_kit::kit::pipeline
