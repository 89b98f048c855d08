#include "dockerfile/lint.h"

#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "dockerfile/lint_examples.h"
#include "dockerfile/rules.h"

namespace container_kit::kit::dockerfile {
namespace {

// "3:5", "3:5 4:1": where the rule found something.
std::string places(const Example& example) {
  std::optional<std::string> ignore;
  if (!example.dockerignore.empty()) ignore = std::string(example.dockerignore);
  std::string text;
  for (const auto& finding : lint(example.text, ignore).findings) {
    if (finding.rule != example.rule) continue;
    text +=
        (text.empty() ? "" : " ") + std::to_string(finding.at.line) + ":" + std::to_string(finding.at.column);
  }
  return text;
}

TEST(LintRules, FindWhatTheyAreFor) {
  for (const auto& example : kExamples) {
    EXPECT_EQ(places(example), example.found) << example.rule << "\n" << example.text;
  }
}

TEST(LintRules, EachHasAnExampleOfBothKinds) {
  std::set<std::string_view> found;
  std::set<std::string_view> clean;
  for (const auto& example : kExamples) (example.found.empty() ? clean : found).insert(example.rule);
  for (const auto& rule : rules()) {
    EXPECT_TRUE(found.contains(rule.name)) << rule.name << " has no example that it finds something in";
    EXPECT_TRUE(clean.contains(rule.name)) << rule.name << " has no example that it leaves alone";
  }
}

TEST(LintRules, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const auto& rule : rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_FALSE(rule.summary.empty()) << rule.name;
  }
}

TEST(LintRules, AreAllInTheDocumentation) {
  std::ostringstream text;
  text << std::ifstream(CONTAINER_KIT_TEST_DIR "/../../docs/tools.md").rdbuf();
  auto page = text.str();
  page.erase(0, page.find("\n## lint_dockerfile\n") + 1);
  page.erase(std::min(page.find("\n## "), page.size()));
  std::size_t rows = 0;
  for (auto at = page.find("\n| "); at != std::string::npos; at = page.find("\n| ", at + 1)) ++rows;
  for (const auto& rule : rules()) {
    const auto row = "\n| " + std::string(rule.name) + " | " + std::string(name_of(rule.severity)) + " | " +
                     std::string(rule.summary) + " |\n";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
  EXPECT_EQ(rows, rules().size() + 2);  // the head, and the line below it
}

Finding only(std::string_view text) {
  const auto result = lint(text);
  EXPECT_EQ(result.findings.size(), 1U);
  return result.findings.empty() ? Finding{} : result.findings.front();
}

TEST(Lint, GivesAFixWhereOneIsClear) {
  EXPECT_EQ(only("FROM alpine:3.20 as build\nUSER 1\n").fix, "AS");
  EXPECT_EQ(only("FROM alpine:3.20\nRUN apk add --no-cache git=1\nENV A b\n").fix, "ENV A=b");
  EXPECT_EQ(only("FROM alpine:3.20\nEXPOSE 80/TCP\n").fix, "80/tcp");
}

TEST(Lint, OrdersByPositionThenRule) {
  const auto result = lint("FROM alpine\nMAINTAINER me\n");
  ASSERT_EQ(result.findings.size(), 3U);
  EXPECT_EQ(result.findings[0].rule, "DL3006");
  EXPECT_EQ(result.findings[1].rule, "DL4000");
  EXPECT_EQ(result.findings[2].rule, "MaintainerDeprecated");
  EXPECT_EQ(result.counts[static_cast<std::size_t>(Severity::kError)], 1U);
  EXPECT_EQ(result.counts[static_cast<std::size_t>(Severity::kWarning)], 2U);
}

TEST(Lint, IgnoresWhatTheFileSays) {
  const auto ignored = [](std::string_view text) {
    const auto result = lint(text);
    EXPECT_TRUE(result.findings.empty()) << text << result.findings.front().rule;
    return result.ignored;
  };
  EXPECT_EQ(ignored("# hadolint ignore=DL3006\nFROM alpine\n"), 1U);
  EXPECT_EQ(ignored("# hadolint ignore=DL3006,DL3007 # we know\n# and so\nFROM alpine\n"), 1U);
  EXPECT_EQ(ignored("FROM alpine:3.20\n# hadolint ignore=DL3004\nRUN a && \\\n  sudo b\n"), 1U);
  EXPECT_EQ(ignored("# a file\n# hadolint global ignore=DL3006\nFROM alpine\n"), 1U);
  EXPECT_EQ(ignored("# check=skip=FromAsCasing;error=true\nFROM alpine:3.20 as a\n"), 1U);
  EXPECT_EQ(ignored("# check=skip=all\nFROM alpine:3.20 as A\n"), 2U);
}

TEST(Lint, AnIgnoreCoversOneInstructionAndItsRulesOnly) {
  EXPECT_EQ(lint("# hadolint ignore=DL3006\nFROM alpine AS a\nFROM busybox\n").findings.size(), 1U);
  EXPECT_EQ(lint("# hadolint ignore=DL3007\nFROM alpine\n").findings.size(), 1U);
  EXPECT_EQ(lint("# hadolint ignore=DL3006\n\nFROM alpine\n").findings.size(), 1U);
  EXPECT_EQ(lint("# hadolintignore=DL3006\nFROM alpine\n").findings.size(), 1U);
}

TEST(Lint, LeavesOtherShellsAlone) {
  EXPECT_TRUE(lint("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN cd x | y\n").findings.empty());
  EXPECT_TRUE(lint("FROM a:1\nSHELL [\"powershell\", \"-c\"]\nRUN cd x | y\n").findings.empty());
  EXPECT_TRUE(lint("FROM a:1\n# hadolint shell=powershell\nRUN cd x | y\n").findings.empty());
}

TEST(Lint, ShowsAThousandFindingsAndCountsAll) {
  std::string text = "FROM a:1\n";
  for (int i = 0; i < 2000; ++i) text += "RUM x\n";
  const auto result = lint(text);
  EXPECT_EQ(result.findings.size(), kMostFindings);
  EXPECT_EQ(result.counts[0], 2000U);
}

}  // namespace
}  // namespace container_kit::kit::dockerfile
