#include "manifests/yaml.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace container_kit::kit::manifests {
namespace {

TEST(ManifestYaml, QuotesWhatIsNoPlainWord) {
  for (const auto* word : {"a", "app.kubernetes.io/name", "Deployment", "x-1"})
    EXPECT_TRUE(is_plain(word)) << word;
  for (const auto* word :
       {"",    "yes", "NO",  "on",  "True", "null", "y",  "1",  "1e3", "0x1", "~",  "-", ".5",
        "a b", "a:b", "a#b", "a\n", "&a",   "*a",   "!a", "{a", "[a",  "%a",  "@a", "`a"}) {
    EXPECT_FALSE(is_plain(word)) << word;
  }
}

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
            "b: 1\na: true\nc: {}\nd:\n  []\ne: \"1\"\n");
}

}  // namespace
}  // namespace container_kit::kit::manifests
