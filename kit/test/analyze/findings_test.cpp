#include "analyze/findings.h"

#include <gtest/gtest.h>

namespace container_kit::kit::analysis {
namespace {

TEST(Findings, DropsDoublesAndSortsByDepth) {
  Analysis analysis;
  Findings findings(analysis);
  findings.framework("Vue", "3", "a/b/package.json");
  findings.framework("Vue", "3", "a/b/package.json");
  findings.framework("Flask", "", "requirements.txt");
  findings.settle();
  ASSERT_EQ(analysis.frameworks.size(), 2U);
  EXPECT_EQ(analysis.frameworks[0].name, "Flask");
}

TEST(Findings, BetterEvidenceOfAPortWins) {
  Analysis analysis;
  Findings findings(analysis);
  findings.enter("api");
  findings.default_port(3000, "Next.js", "api/package.json");
  findings.enter("web");
  findings.default_port(8000, "Flask", "web/requirements.txt");
  findings.start_command("run -p 4000", "web", "web/app.py");
  findings.port(9000, "EXPOSE", "api/Dockerfile");
  findings.settle();
  ASSERT_EQ(analysis.ports.size(), 2U);
  EXPECT_EQ(analysis.ports[0].number, 9000);
  EXPECT_EQ(analysis.ports[1].number, 4000);
}

TEST(Findings, AVersionThatAFolderAboveStatesIsNotRepeated) {
  Analysis analysis;
  Findings findings(analysis);
  findings.runtime("php", ">=8", "a/composer.json");
  findings.runtime("php", ">=8", "composer.json");
  findings.runtime("php", ">=7", "b/composer.json");
  findings.settle();
  ASSERT_EQ(analysis.runtime_versions.size(), 2U);
  EXPECT_EQ(analysis.runtime_versions[0].source, "composer.json");
  EXPECT_EQ(analysis.runtime_versions[1].version, ">=7");
}

TEST(Findings, LongTextIsCutAndNumbersBounded) {
  Analysis analysis;
  Findings findings(analysis);
  findings.start_command(std::string(10'000, 'x'), "", "p");
  for (int i = 0; i < 5000; ++i) findings.member("m" + std::to_string(i), "", "t", "p");
  EXPECT_LT(analysis.start_commands[0].command.size(), 400U);
  EXPECT_EQ(analysis.members.size(), 1000U);
}

}  // namespace
}  // namespace container_kit::kit::analysis
