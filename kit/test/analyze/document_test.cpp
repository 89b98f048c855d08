#include "analyze/document.h"

#include <gmock/gmock.h>

namespace container_kit::kit::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST(Node, AMissingPathIsEmptyAllTheWay) {
  const auto document = parse_json(R"({"a": {"b": ["x", 1, {"c": true}, null]}})");
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)["a"]["nothing"]["at"]["all"].text(), "");
  EXPECT_FALSE((*document)["a"]["b"]["c"]);
  EXPECT_THAT((*document)["a"]["b"].texts(), ElementsAre("x", "1", ""));
  EXPECT_THAT((*document)["nothing"].texts(), IsEmpty());
}

TEST(Json, TakesCommentsCommasAndAByteOrderMark) {
  const auto document = parse_json("\xEF\xBB\xBF{ // comment\n \"a\": \"b\", }");
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)["a"].text(), "b");
}

TEST(Toml, KeepsValuesAsTheirText) {
  const auto document =
      parse_toml("a.b = 'x'\nn = 3\nf = 3.5\nt = true\nl = ['p', 'q']\n[[bin]]\nname = 'one'\n");
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)["a"]["b"].text(), "x");
  EXPECT_EQ((*document)["n"].text(), "3");
  EXPECT_EQ((*document)["f"].text(), "3.5");
  EXPECT_EQ((*document)["t"].text(), "true");
  EXPECT_THAT((*document)["l"].texts(), ElementsAre("p", "q"));
  EXPECT_EQ((*document)["bin"].members().front().node["name"].text(), "one");
}

TEST(Yaml, KeepsVersionsAsWritten) {
  const auto document = parse_yaml("python: 3.10\nlist: [a, 'b']\nnested:\n  - {k: v}\n");
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)["python"].text(), "3.10");
  EXPECT_THAT((*document)["list"].texts(), ElementsAre("a", "b"));
}

TEST(Xml, KeepsRepeatedElementsAttributesAndText) {
  const auto document = parse_xml("<r><d v='1'>one</d><d>two</d><e><f/></e></r>");
  ASSERT_TRUE(document);
  const Node& root = (*document)["r"];
  ASSERT_EQ(root.all("d").size(), 2U);
  EXPECT_EQ((*root.all("d")[0])["@v"].text(), "1");
  EXPECT_EQ(root.all("d")[0]->text(), "one");
  EXPECT_EQ(root.all("d")[1]->text(), "two");
  EXPECT_TRUE(root["e"].has("f"));
}

TEST(Documents, WhatCannotBeParsedGivesNothing) {
  EXPECT_FALSE(parse_json("{"));
  EXPECT_FALSE(parse_json(""));
  EXPECT_FALSE(parse_toml("a = "));
  EXPECT_FALSE(parse_yaml("a: [b"));
  EXPECT_FALSE(parse_xml("<a><b></a>"));
  EXPECT_FALSE(parse_xml(""));
}

TEST(Documents, DepthAndSizeAreBounded) {
  EXPECT_FALSE(parse_json(repeated("[", 5000) + repeated("]", 5000)));
  EXPECT_FALSE(parse_yaml(repeated("[", 300) + repeated("]", 300)));
  EXPECT_FALSE(parse_toml("a = " + repeated("[", 5000) + repeated("]", 5000)));
  EXPECT_TRUE(parse_xml(repeated("<a>", 5000) + repeated("</a>", 5000)));  // cut off, not refused
  // Each level holds the one above ten times: ten thousand million nodes if it were unfolded.
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const auto below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(below + ", ", 9) + below +
            "]\n";
  }
  EXPECT_FALSE(parse_yaml(bomb));
}

}  // namespace
}  // namespace container_kit::kit::analysis
