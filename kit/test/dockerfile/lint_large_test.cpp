// Large files of what a rule or the parser could go through again and again. A file may have 1 MiB, so what
// takes the square of its size takes minutes, and holds a worker for as long.
#include <algorithm>
#include <array>
#include <ctime>

#include <gtest/gtest.h>

#include "dockerfile/closest_name.h"
#include "dockerfile/lint.h"
#include "dockerfile/variables.h"

namespace container_kit::kit::dockerfile {
namespace {

struct Large {
  const char* name;
  const char* head;
  const char* line;  // again and again; "%" is the number of the line, "&" that of the next
  const char* tail = "\n";
};

std::ostream& operator<<(std::ostream& out, const Large& large) {
  return out << large.name;
}

std::string numbered(std::string_view line, std::size_t number) {
  std::string text;
  for (const char byte : line) {
    if (byte != '%' && byte != '&') {
      text += byte;
    } else {
      text += std::to_string(byte == '%' ? number : number + 1);
    }
  }
  return text;
}

std::string text_of(const Large& large, std::size_t size) {
  std::string text = large.head;
  for (std::size_t i = 0; text.size() < size; ++i) text += numbered(large.line, i);
  return text + large.tail;
}

// Of this thread, so that what else the machine does counts little.
double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double seconds_for(const std::string& text) {
  const auto started = processor_seconds();
  EXPECT_LE(lint(text).findings.size(), kMostFindings);
  return processor_seconds() - started;
}

class LintLarge : public testing::TestWithParam<Large> {};

TEST_P(LintLarge, TakesTimeAsTheFileGrowsAndNotItsSquare) {
  constexpr std::size_t kSmall = 32 * 1024;
  constexpr std::size_t kTimes = 8;
  constexpr double kMost = 3 * kTimes;  // its square is 64
  const auto text = text_of(GetParam(), kSmall);
  seconds_for(text);  // takes memory from the kernel
  const auto little = std::max(seconds_for(text), seconds_for(text));
  // The least of a few: others on the processor take its caches away, and can only make it slower.
  constexpr int kTries = 5;
  const auto large = text_of(GetParam(), kTimes * kSmall);
  double least = seconds_for(large);
  for (int i = 1; i < kTries && least >= kMost * little; ++i) least = std::min(least, seconds_for(large));
  EXPECT_LT(least, kMost * little);
}

constexpr std::array kLarge{
    Large{"Stages", "", "FROM a:1 AS s%\n"},
    Large{"StagesInARow", "FROM a:1 AS s0\n", "FROM s% AS s&\nENV a%=1\nRUN a|b; pip install x\n"},
    Large{"StagesThatCopy", "FROM a:1\n", "FROM a:1 AS z%\nCOPY --from=y a b\n"},
    Large{"Commands", "FROM a:1\n", "CMD a\n"},
    Large{"Runs", "FROM a:1\n", "RUN a\n"},
    Large{"RunsWithPipes", "FROM a:1\n", "RUN a|b\n"},
    Large{"RunsOfPip", "FROM a:1\n", "RUN pip install b\n"},
    Large{"OneRunOfPip", "FROM a:1\nRUN a", ";python -m pip install b"},
    Large{"OnePipOfMany", "FROM a:1\nRUN python -m pip install", " b"},
    Large{"OneRunOfAptGet", "FROM a:1\nRUN a", ";apt-get update"},
    Large{"OneRunOfYum", "FROM a:1\nRUN a", ";yum install b"},
    Large{"OneRunOfDnf", "FROM a:1\nRUN a", ";dnf install b;microdnf install c"},
    Large{"OneRunOfYarn", "FROM a:1\nRUN a", ";yarn install"},
    Large{"ArchivesCopied", "FROM a:1\n", "COPY a.tar /\nRUN tar xf b.tar\n"},
    Large{"HeredocsCopied", "FROM a:1\nCOPY", " <<a", " b\n"},
    Large{"HeredocOfCommands", "FROM a:1\nRUN <<E\n", "apt-get update && rm -rf x | tee \"$(a b)\"\n", "E\n"},
    Large{"Variables", "FROM debian:1\n", "ENV a%=$b%\n"},
    Large{"VariablesLikePath", "FROM a:1\n", "ENV a%=$PATX\n"},
    Large{"VariablesOfOneEnv", "FROM debian:1\nENV", " a%=$a&"},
    Large{"Arguments", "", "ARG a%=$b%\n", "FROM $c\n"},
    Large{"Ignores", "FROM a:1\nCMD a\n", "# hadolint global ignore=DL%\nCMD a\n"},
    Large{"Triggers", "FROM a:1\n", "ONBUILD RUN a|b\n"},
    Large{"Shells", "FROM a:1\n", "SHELL [\"/bin/sh\"]\nRUN a|b\n"},
    Large{"Continuations", "FROM a:1\nRUN a", "\\\n b"},
    Large{"Parentheses", "FROM a:1\nRUN ", "$("},
    Large{"UnknownInstructions", "FROM a:1\n", "RUNN a\n"},
};

INSTANTIATE_TEST_SUITE_P(Every, LintLarge, testing::ValuesIn(kLarge),
                         [](const auto& large) { return std::string(large.param.name); });

TEST(LintLarge, ArgumentsOfArgumentsDoNotGrowWithoutEnd) {
  std::string text = "ARG a0=0123456789\n";
  for (std::size_t i = 0; i < 60; ++i) text += numbered("ARG a&=$a%$a%\n", i);
  EXPECT_LT(lint(text + "FROM $a60\n").findings.size(), kMostFindings);
}

TEST(LintLarge, WhatIsTooLongToSubstituteIsNotComplete) {
  const auto doubled = [](std::size_t length) {
    return substitute("$a$a", '\\', [&](std::string_view) { return std::string(length, 'x'); });
  };
  EXPECT_TRUE(doubled(kLongestText / 2).complete);
  EXPECT_EQ(doubled(kLongestText / 2).text.size(), kLongestText);
  EXPECT_FALSE(doubled(kLongestText / 2 + 1).complete);
  EXPECT_EQ(doubled(kLongestText).text.size(), kLongestText);
}

TEST(LintLarge, NamesAreGuessedUntilThereWereTooMany) {
  const std::vector<std::string_view> names(30'000, "PATH");
  ClosestName closest;
  EXPECT_EQ(closest("PATHS", names), "PATH");
  EXPECT_EQ(closest("PATHS", names), "PATH");
  EXPECT_EQ(closest("PATHS", names), "");
}

}  // namespace
}  // namespace container_kit::kit::dockerfile
