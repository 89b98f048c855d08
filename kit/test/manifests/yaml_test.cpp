#include "manifests/yaml.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace container_kit::kit::manifests {
namespace {

TEST(ManifestYaml, NothingInAStringBecomesStructure) {
  for (const std::string text : {"a\nb: c", "\"", "'", "\\", "a: b", "- a", "# a", "{{x}}", "---\nkind: Evil",
                                 "\t", " a ", "|", ">", "\r\n", "yes", "123", "\xC3\xA4"}) {
    const auto document = YAML::Load(to_yaml(Yaml::Map{{text, text}, {"list", Yaml::List{text}}}));
    ASSERT_EQ(document.size(), 2U) << text;
    EXPECT_EQ(document.begin()->first.as<std::string>(), text);
    EXPECT_EQ(document.begin()->second.as<std::string>(), text);
    EXPECT_EQ(document["list"][0].as<std::string>(), text);
  }
}

TEST(ManifestYaml, KeepsOrderAndTypes) {
  EXPECT_EQ(to_yaml(Yaml::Map{{"b", 1}, {"a", true}, {"c", Yaml::Map{}}, {"d", Yaml::List{}}, {"e", "1"}}),
            "b: 1\na: true\nc: {}\nd: []\ne: \"1\"\n");
}

TEST(ManifestYaml, IndentsByTwo) {
  EXPECT_EQ(to_yaml(Yaml::Map{{"a", Yaml::List{Yaml::Map{{"b", 1}, {"c", Yaml::Map{{"d", "x"}}}},
                                               Yaml::List{"s", Yaml::List{"t"}}}}}),
            "a:\n"
            "  - b: 1\n"
            "    c:\n"
            "      d: x\n"
            "  - - s\n"
            "    - - t\n");
}

TEST(ManifestYaml, AKeyMayBeLong) {
  for (const std::size_t length : {999U, 1'000U, 1'001U, 1'024U, 1'025U, 5'000U}) {
    const std::string key(length, 'k');
    const auto document =
        YAML::Load(to_yaml(Yaml::Map{{"in", Yaml::Map{{key, 1}, {key + "2", Yaml::Map{{"a", 2}}}}}}));
    EXPECT_EQ(document["in"][key].as<int>(), 1) << length;
    EXPECT_EQ(document["in"][key + "2"]["a"].as<int>(), 2) << length;
  }
}

// Trees of any shape, as yaml-cpp reads them.
class Trees {
 public:
  Yaml any(int depth) {
    switch (depth == 0 ? number(4) : number(6)) {
      case 0:
        return static_cast<std::int64_t>(number(2'000)) - 1'000;
      case 1:
        return number(2) == 0;
      case 2:
      case 3:
        return kTexts[number(kTexts.size())];
      case 4:
        return list(depth - 1);
      default:
        return map(depth - 1);
    }
  }

  Yaml::Map map(int depth) {
    Yaml::Map map;
    auto keys = kTexts;
    std::shuffle(keys.begin(), keys.end(), random_);
    for (std::size_t i = number(4); i > 0; --i) {
      const auto key = std::find(kTexts.begin(), kTexts.end(), keys[i]);
      map.emplace_back(*key, any(depth));
    }
    return map;
  }

 private:
  Yaml::List list(int depth) {
    Yaml::List list;
    for (auto i = number(4); i > 0; --i) list.emplace_back(any(depth));
    return list;
  }

  std::size_t number(std::size_t below) { return random_() % below; }

  static inline const std::vector<std::string> kTexts{"",   "a",   "b.c/d", "- x", "k: v", "x\ny", "? q",
                                                      "no", "'\"", "# c",   "[]",  "{}",   "1"};
  std::mt19937 random_{20'261'126};
};

void expect_same(const YAML::Node& read, const Yaml& written);  // NOLINT(misc-no-recursion)

struct Same {
  const YAML::Node& read;

  void operator()(std::string_view text) const { EXPECT_EQ(read.as<std::string>(), text); }
  void operator()(std::int64_t number) const { EXPECT_EQ(read.as<std::int64_t>(), number); }
  void operator()(bool truth) const { EXPECT_EQ(read.as<bool>(), truth); }
  void operator()(const Yaml::List& list) const {  // NOLINT(misc-no-recursion)
    ASSERT_TRUE(read.IsSequence());
    std::size_t at = 0;
    for (const auto& item : list.items()) expect_same(read[at++], item);
    EXPECT_EQ(read.size(), at);
  }
  void operator()(const Yaml::Map& map) const {  // NOLINT(misc-no-recursion)
    ASSERT_TRUE(read.IsMap());
    auto member = read.begin();
    for (const auto& [key, value] : map.members()) {
      ASSERT_NE(member, read.end());
      EXPECT_EQ(member->first.as<std::string>(), key);
      expect_same(member->second, value);
      ++member;
    }
    EXPECT_EQ(member, read.end());
  }
};

void expect_same(const YAML::Node& read, const Yaml& written) {  // NOLINT(misc-no-recursion)
  std::visit(Same{read}, written.value());
}

TEST(ManifestYaml, TreesOfAnyShapeAreReadAsTheyWereWritten) {
  constexpr int kTrees = 2'000;
  constexpr int kDepth = 5;
  Trees trees;
  for (int i = 0; i < kTrees && !testing::Test::HasFailure(); ++i) {
    const Yaml tree = trees.map(kDepth);
    const auto text = to_yaml(tree);
    SCOPED_TRACE(text);
    expect_same(YAML::Load(text), tree);
  }
}

}  // namespace
}  // namespace container_kit::kit::manifests
