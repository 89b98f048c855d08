#include "dockerfile/variables.h"

#include <map>

#include <gtest/gtest.h>

namespace container_kit::kit::dockerfile {
namespace {

std::optional<std::string> lookup(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>> values{{"A", "1"}, {"EMPTY", ""}};
  const auto found = values.find(name);
  if (found == values.end()) return std::nullopt;
  return found->second;
}

std::string substituted(std::string_view text) {
  const auto result = substitute(text, '\\', lookup);
  return result.text + (result.complete ? "" : " ?");
}

TEST(Variables, AreSubstitutedAsTheReferenceSays) {
  EXPECT_EQ(substituted("x$A-${A}y"), "x1-1y");
  EXPECT_EQ(substituted("${B:-b}${A:-b}${EMPTY:-b}${EMPTY-b}"), "b1b");
  EXPECT_EQ(substituted("${A:+a}${B:+b}${EMPTY:+c}${EMPTY+d}"), "ad");
  EXPECT_EQ(substituted("${B:-${A}}"), "1");
  EXPECT_EQ(substituted("\\$A '$A' \"$A\""), "$A $A 1");
  EXPECT_EQ(substituted("a$B"), "a ?");
  EXPECT_EQ(substituted("a$ $. ${ ${-}"), "a$ $. ${ ${-}");
}

TEST(Variables, AreFoundWithTheirPlaces) {
  const auto uses = variables_in("a $A '${no}' ${B:-x$C}", '\\');
  ASSERT_EQ(uses.size(), 3U);
  EXPECT_EQ(uses[0].name, "A");
  EXPECT_EQ(uses[0].offset, 2U);
  EXPECT_EQ(uses[1].name, "B");
  EXPECT_EQ(uses[1].modifier, ":-");
  EXPECT_EQ(uses[2].name, "C");
  EXPECT_EQ(uses[2].offset, 19U);
}

TEST(Variables, ManyOpenBracesTakeNoLongTime) {
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "${a";
  EXPECT_TRUE(variables_in(text, '\\').empty());
}

}  // namespace
}  // namespace container_kit::kit::dockerfile
