#include "generate/version_range.h"

#include <gtest/gtest.h>

#include "generate/safe_words.h"

namespace container_kit::kit::generate {
namespace {

using Dialect = VersionRange::Dialect;

// Of the series given, those that are admitted.
std::string admitted(std::string_view range, Dialect dialect, const std::vector<std::string>& series) {
  std::string all;
  for (const auto& one : series) {
    if (VersionRange(range, dialect).admits(numbers_of(one))) all += (all.empty() ? "" : " ") + one;
  }
  return all;
}

std::string python(std::string_view range) {
  return admitted(range, Dialect::kOther, {"2.7", "3.7", "3.8", "3.9", "3.10", "3.11", "4.0"});
}

std::string node(std::string_view range) {
  return admitted(range, Dialect::kNpm, {"14", "16", "18", "20", "22"});
}

std::string php(std::string_view range) {
  return admitted(range, Dialect::kComposer, {"7.4", "8.0", "8.1", "8.2", "9.0"});
}

TEST(VersionRange, Python) {
  EXPECT_EQ(python(">=3.8,<3.11"), "3.8 3.9 3.10");
  EXPECT_EQ(python("^3.8,<3.10"), "3.8 3.9");
  EXPECT_EQ(python("~3.9"), "3.9");
  EXPECT_EQ(python("~=3.9"), "3.9 3.10 3.11");
  EXPECT_EQ(python("~= 3.9.2"), "3.9");
  EXPECT_EQ(python("==3.10.*"), "3.10");
  EXPECT_EQ(python("3.8.10"), "3.8");
  EXPECT_EQ(python(">=3.8, !=3.9.*, !=3.10.1, <4"), "3.8 3.10 3.11");
  EXPECT_EQ(python(">3.10"), "3.10 3.11 4.0");  // 3.10.1 is greater
  EXPECT_EQ(python("<=3.9"), "2.7 3.7 3.8");    // 3.9.1 is not in it, and a tag means the newest
  EXPECT_EQ(python("*"), "2.7 3.7 3.8 3.9 3.10 3.11 4.0");
  EXPECT_EQ(python("^2.7 || ^3.11"), "2.7 3.11");
}

TEST(VersionRange, NodeAndItsWildcards) {
  EXPECT_EQ(node("^14 || >=18"), "14 18 20 22");
  EXPECT_EQ(node(">=16 <20"), "16 18");
  EXPECT_EQ(node("16 - 20"), "16 18 20");
  EXPECT_EQ(node("16.2 - 20.1.0"), "16 18");
  EXPECT_EQ(node("<=18"), "14 16 18");
  EXPECT_EQ(node(">18"), "20 22");
  EXPECT_EQ(node("18.x"), "18");
  EXPECT_EQ(node("~16.3"), "16");
  EXPECT_EQ(node("v20.11.1"), "20");
  EXPECT_EQ(node(">= 18.0.0"), "18 20 22");
  EXPECT_EQ(node("lts/-1"), "14 16 18 20 22");
}

TEST(VersionRange, RubyAndPhp) {
  const std::vector<std::string> rubies{"2.7", "3.0", "3.2", "3.3", "4.0"};
  EXPECT_EQ(admitted(">= 2.7, < 3.3", Dialect::kOther, rubies), "2.7 3.0 3.2");
  EXPECT_EQ(admitted("~> 3.0", Dialect::kOther, rubies), "3.0 3.2 3.3");
  EXPECT_EQ(admitted("~> 3.2.1", Dialect::kOther, rubies), "3.2");
  EXPECT_EQ(admitted("~> 3", Dialect::kOther, rubies), "3.0 3.2 3.3");
  EXPECT_EQ(admitted("jruby-9.4.1", Dialect::kOther, rubies), "2.7 3.0 3.2 3.3 4.0");
  EXPECT_EQ(php("^7.4|^8.1"), "7.4 8.1 8.2");
  EXPECT_EQ(php("~8.1"), "8.1 8.2");
  EXPECT_EQ(php("8.1.*"), "8.1");
  EXPECT_EQ(php(">=7.4 <8.2"), "7.4 8.0 8.1");
  EXPECT_EQ(php("7.4 - 8.0"), "7.4 8.0");
}

TEST(VersionRange, OddTextBoundsNothing) {
  for (const std::string_view text :
       {"", " ", "|", "||", "-", "- -", ">=", "~>", "^", "=x", "stable", ",,"}) {
    EXPECT_EQ(node(text), "14 16 18 20 22") << text;
  }
}

}  // namespace
}  // namespace container_kit::kit::generate
