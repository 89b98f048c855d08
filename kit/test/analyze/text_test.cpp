#include "analyze/text.h"

#include <gmock/gmock.h>

namespace container_kit::kit::analysis {
namespace {

using testing::ElementsAre;

TEST(Text, LinesOfEveryKind) {
  EXPECT_THAT(lines_of("a\r\nb\n\nc"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(words_of("  a\tb\n c "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split("a, b,,c ", ','), ElementsAre("a", "b", "c"));
}

TEST(Text, QuotedStrings) {
  EXPECT_THAT(quoted_strings(R"(gem 'pg', "~> 1.5" 'open)"), ElementsAre("pg", "~> 1.5"));
  EXPECT_EQ(quoted_after("name = 'x'\n", "name"), "x");
  EXPECT_EQ(quoted_after("name =\n'x'", "name"), std::nullopt);
  EXPECT_EQ(unquoted(" 'a' "), "a");
  EXPECT_EQ(unquoted("\"a'"), "\"a'");
}

TEST(Text, Settings) {
  EXPECT_EQ(setting("# PORT=1\nexport PORT = \"80\"\n", "PORT"), "80");
  EXPECT_EQ(setting("PORTS=1\n", "PORT"), std::nullopt);
  EXPECT_EQ(setting("java: 17\n", "java"), "17");
}

TEST(Text, CommentsGoButNotInsideStrings) {
  EXPECT_EQ(without_comments("a # b\nc '#d' # e", "#"), "a \nc '#d' \n");
  EXPECT_EQ(without_comments("x http://y // z", "//"), "x http://y \n");
}

TEST(Text, WordsAreWhole) {
  EXPECT_TRUE(contains_word("a flask b", "flask"));
  EXPECT_FALSE(contains_word("flask-login flask_x", "flask"));
  EXPECT_EQ(between("a(b)c", "(", ")"), "b");
  EXPECT_EQ(between("a(b", "(", ")"), std::nullopt);
}

}  // namespace
}  // namespace container_kit::kit::analysis
