#include "dockerfile/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit::dockerfile {
namespace {

using testing::HasSubstr;

// "RUN 2-4 [a] [b]": the instructions with their lines, flags and words.
std::string shown(const Instruction& instruction) {
  std::string text(name_of(instruction.keyword));
  text += " " + std::to_string(instruction.name.at.line) + "-" + std::to_string(instruction.last_line);
  for (const auto& flag : instruction.flags)
    text.append(" --").append(flag.name).append(flag.has_value ? "=" : "").append(flag.value);
  if (instruction.is_json) text += " json";
  for (const auto& word : instruction.words) text.append(" [").append(word.text).append("]");
  for (const auto& pair : instruction.pairs) {
    text.append(" ").append(pair.key.text);
    if (pair.value) text.append("=(").append(pair.value->text).append(")");
  }
  for (const auto& heredoc : instruction.heredocs)
    text.append(" <<").append(heredoc.name).append("(").append(heredoc.content.text()).append(")");
  if (!instruction.trigger.empty()) text += " {" + shown(instruction.trigger.front()) + "}";
  return text;
}

std::vector<std::string> shown(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto& instruction : parse(text).instructions) lines.push_back(shown(instruction));
  return lines;
}

std::string errors_of(std::string_view text) {
  std::string found;
  for (const auto& error : parse(text).errors) {
    found +=
        std::to_string(error.at.line) + ":" + std::to_string(error.at.column) + " " + error.message + "\n";
  }
  return found;
}

using Lines = std::vector<std::string>;

TEST(DockerfileParser, ReadsInstructionsWithTheirLines) {
  EXPECT_EQ(
      shown("FROM alpine:3.20 AS base\nRUN apk add \\\n  git\nCMD [\"a\", \"b c\"]\n"),
      (Lines{"FROM 1-1 [alpine:3.20] [AS] [base]", "RUN 2-3 [apk add   git]", "CMD 4-4 json [a] [b c]"}));
}

TEST(DockerfileParser, TakesCommentsAndEmptyLinesOutOfContinuations) {
  const auto file = parse("FROM a:1\nRUN one \\\n  # why\n\n  && two\n");
  EXPECT_EQ(shown(file.instructions.at(1)), "RUN 2-5 [one   && two]");
  EXPECT_EQ(file.instructions[1].empty_continuation->line, 4U);
  EXPECT_EQ(file.comments.at(0).text, "why");
}

TEST(DockerfileParser, TwoEscapesAtTheEndAreNoContinuation) {
  EXPECT_EQ(shown("FROM a:1\nRUN echo \\\\\nRUN b\n").size(), 3U);
}

TEST(DockerfileParser, KeepsPositionsThroughContinuations) {
  const auto file = parse("FROM a:1\nCOPY --from=b \\\n    one \\\n  two /to/\n");
  const auto& words = file.instructions.at(1).words;
  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[0].at, (Position{3, 5}));
  EXPECT_EQ(words[1].at, (Position{4, 3}));
  EXPECT_EQ(words[2].at, (Position{4, 7}));
  EXPECT_EQ(file.instructions[1].flags.at(0).at, (Position{2, 6}));
}

TEST(DockerfileParser, ReadsDirectivesAtTheTopOnly) {
  const auto file =
      parse("# syntax = docker/dockerfile:1\n# ESCAPE=`\n# note\n# check=skip=all\nFROM a:1\nRUN a `\n b\n");
  ASSERT_EQ(file.directives.size(), 2U);
  EXPECT_EQ(file.directive("syntax")->value, "docker/dockerfile:1");
  EXPECT_EQ(file.escape, '`');
  EXPECT_EQ(file.instructions.size(), 2U);
  EXPECT_THAT(errors_of("# escape=x\nFROM a:1\n"), HasSubstr("1:1 the directive escape takes"));
  EXPECT_THAT(errors_of("# escape=`\n# escape=`\nFROM a:1\n"),
              HasSubstr("2:1 the directive 'escape' is there twice"));
}

TEST(DockerfileParser, ReadsHeredocsOfOneLineInOrder) {
  EXPECT_EQ(shown("FROM a:1\nCOPY <<one <<-\"two\" /to/\n1 $x\none\n\t\t2\n\ttwo\nRUN true\n"),
            (Lines{"FROM 1-1 [a:1]", "COPY 2-6 [<<one] [<<-\"two\"] [/to/] <<one(1 $x\n) <<two(2\n)",
                   "RUN 7-7 [true]"}));
  const auto file = parse("FROM a:1\nCOPY <<one <<'two' /to/\none\ntwo\n");
  EXPECT_TRUE(file.instructions.at(1).heredocs.at(0).expands);
  EXPECT_FALSE(file.instructions.at(1).heredocs.at(1).expands);
}

TEST(DockerfileParser, HeredocsAreNoInstructions) {
  EXPECT_EQ(shown("FROM a:1\nRUN <<E\nE2\n E\nE\nUSER 1\n"),
            (Lines{"FROM 1-1 [a:1]", "RUN 2-5 [<<E] <<E(E2\n E\n)", "USER 6-6 [1]"}));
  const auto file = parse("FROM a:1\nRUN <<EOF\n# not a comment\nFROM b\nEOF\nUSER 1\n");
  EXPECT_EQ(file.stages.size(), 1U);
  EXPECT_EQ(file.instructions.at(1).heredocs.at(0).content.at(0), (Position{3, 1}));
  EXPECT_TRUE(file.comments.empty());
  EXPECT_THAT(errors_of("FROM a:1\nRUN cat <<EOF\nx\n"), HasSubstr("2:9 the heredoc 'EOF' has no end"));
  EXPECT_EQ(errors_of("FROM a:1\nRUN echo '<<EOF' $((1<<2))\n"), "");
}

TEST(DockerfileParser, WhatIsNoJsonArrayIsAShellCommand) {
  EXPECT_EQ(shown("FROM a:1\nCMD ['a', 'b']\nENTRYPOINT [\"a\\u0041\\n\"]\nCMD []\n"),
            (Lines{"FROM 1-1 [a:1]", "CMD 2-2 [['a', 'b']]", "ENTRYPOINT 3-3 json [aA\n]", "CMD 4-4 json"}));
}

TEST(DockerfileParser, ReadsFlags) {
  EXPECT_EQ(
      shown(
          "FROM --platform=$BUILDPLATFORM a:1\nRUN --mount=type=cache,target=\"/a b\" --network=none make\n"),
      (Lines{"FROM 1-1 --platform=$BUILDPLATFORM [a:1]",
             "RUN 2-2 --mount=type=cache,target=\"/a b\" --network=none [make]"}));
  EXPECT_THAT(errors_of("FROM a:1\nCOPY --form=b c d\n"),
              HasSubstr("2:6 COPY has no flag '--form'; did you mean --from?"));
}

TEST(DockerfileParser, ReadsPairs) {
  EXPECT_EQ(shown("FROM a:1\nENV A=1 B=\"2 3\" C=4\\ 5\nENV old  two words \nARG X Y=z\nLABEL \"k\"=v\n"),
            (Lines{"FROM 1-1 [a:1]", "ENV 2-2 A=(1) B=(\"2 3\") C=(4\\ 5)", "ENV 3-3 old=(two words)",
                   "ARG 4-4 X Y=(z)", "LABEL 5-5 \"k\"=(v)"}));
}

TEST(DockerfileParser, ReadsStages) {
  const auto file = parse("ARG V=1\nFROM a:$V AS one\nRUN x\nFROM one\nRUN y\nRUN z\n");
  ASSERT_EQ(file.stages.size(), 2U);
  EXPECT_EQ(file.stages[0].first, 1U);
  EXPECT_EQ(file.stages[0].end, 3U);
  EXPECT_EQ(file.stages[0].name.text, "one");
  EXPECT_EQ(file.stages[1].end, 6U);
}

TEST(DockerfileParser, ReadsTriggersOneDeep) {
  const auto file = parse("FROM a:1\nONBUILD RUN make\nONBUILD ONBUILD ONBUILD RUN x\n");
  EXPECT_EQ(shown(file.instructions.at(1).trigger.at(0)), "RUN 2-1 [make]");
  EXPECT_EQ(file.instructions.at(1).trigger.at(0).words.at(0).at, (Position{2, 13}));
  EXPECT_TRUE(file.instructions.at(2).trigger.at(0).trigger.empty());
}

TEST(DockerfileParser, KnowsWindowsLineEndsAndTheByteOrderMark) {
  EXPECT_EQ(shown("\xEF\xBB\xBF"
                  "FROM a:1\r\nRUN b \\\r\n c\r\n"),
            (Lines{"FROM 1-1 [a:1]", "RUN 2-3 [b  c]"}));
}

TEST(DockerfileParser, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(errors_of("FORM a:1\n"), HasSubstr("1:1 unknown instruction 'FORM'; did you mean FROM?"));
  EXPECT_THAT(errors_of("RUN x\n"), HasSubstr("there is no FROM"));
  EXPECT_THAT(errors_of("FROM a:1\nRUN\n"), HasSubstr("2:1 RUN needs an argument"));
  EXPECT_THAT(errors_of("FROM a:1\nCOPY x\n"), HasSubstr("2:1 COPY needs a source and a destination"));
  EXPECT_THAT(errors_of("FROM a:1 b\n"), HasSubstr("FROM takes an image"));
  EXPECT_THAT(errors_of("FROM a:1 AS 1x\n"), HasSubstr("1:13 a stage's name begins with a letter"));
  EXPECT_THAT(errors_of("FROM a:1\nENV A=1 B\n"), HasSubstr("2:9 'B' is not of the form name=value"));
  EXPECT_THAT(errors_of("FROM a:1\nENV A=\"1\n"), HasSubstr("2:7 a quote in '\"1' is opened and not closed"));
  EXPECT_THAT(errors_of("FROM a:1\nSHELL /bin/sh\n"), HasSubstr("2:7 SHELL takes a JSON array"));
  EXPECT_THAT(errors_of("FROM a:1\nHEALTHCHECK curl x\n"),
              HasSubstr("HEALTHCHECK takes CMD and a command, or NONE"));
  EXPECT_EQ(errors_of("FROM a:1\nHEALTHCHECK --interval=5s CMD [\"x\"]\nHEALTHCHECK none\n"), "");
}

}  // namespace
}  // namespace container_kit::kit::dockerfile
