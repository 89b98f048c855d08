#include "manifests/yaml_text.h"

#include <array>
#include <random>
#include <regex>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "analyze/safe_text.h"

namespace container_kit::kit::manifests {
namespace {

std::string written(std::string_view text) {
  std::string out;
  append_yaml_text(out, text);
  return out;
}

// What parsers take for something else than a string: the core schema of YAML 1.2.2 (section 10.3.2) and the
// types of YAML 1.1 (yaml.org/type), with all casings.
bool is_of_another_type(const std::string& text) {
  static const std::regex others(
      "~|null|y|yes|n|no|true|false|on|off|=|<<"
      "|[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?[0-9][0-9_]*|[-+]?0x[0-9a-f_]+|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+"
      "|[-+]?(\\.[0-9_]+|[0-9][0-9_]*(\\.[0-9_]*)?)(e[-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\\.[0-9_]*"
      "|[-+]?\\.inf|\\.nan"
      "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?",
      std::regex::icase);
  return text.empty() || std::regex_match(text, others);
}

// What a text is put together from: marks, words with a meaning, characters that are no letters.
constexpr std::array kPieces{"a",
                             "Z",
                             "0",
                             "7",
                             ".",
                             "-",
                             "--",
                             "---",
                             "...",
                             "/",
                             ":",
                             ": ",
                             " :",
                             "#",
                             " #",
                             "?",
                             "? ",
                             "- ",
                             ",",
                             "[",
                             "]",
                             "{",
                             "}",
                             "{{",
                             "&",
                             "&a",
                             "*",
                             "*a",
                             "!",
                             "!!int",
                             "|",
                             "|-",
                             ">",
                             ">-",
                             "'",
                             "''",
                             "\"",
                             "\\",
                             "\\n",
                             "\\\"",
                             "%",
                             "%YAML",
                             "@",
                             "`",
                             "~",
                             "<<",
                             "=",
                             "_",
                             "+",
                             "$",
                             "$(x)",
                             "${x}",
                             " ",
                             "  ",
                             "\t",
                             "\n",
                             "\r",
                             "\r\n",
                             "\x01",
                             "\x07",
                             "\b",
                             "\x0B",
                             "\f",
                             "\x1B[31m",
                             "\x7F",
                             "\xC2\x85",
                             "\xC2\xA0",
                             "\xC2\x80",
                             "\xC3\xA4",
                             "\xC2\xAD",
                             "\xE2\x80\xA8",
                             "\xE2\x80\xA9",
                             "\xE2\x80\x8B",
                             "\xEF\xBB\xBF",
                             "\xEF\xBF\xBE",
                             "\xEF\xBF\xBF",
                             "\xE2\x82\xAC",
                             "\xF0\x9F\x9A\x80",
                             "\xF4\x8F\xBF\xBF",
                             "\xC3",
                             "\xFF",
                             "\xE2\x82",
                             "\xED\xA0\x80",
                             "yes",
                             "No",
                             "TRUE",
                             "off",
                             "on",
                             "y",
                             "N",
                             "null",
                             "Null",
                             "nan",
                             ".inf",
                             ".NaN",
                             "1e3",
                             "0x1F",
                             "0o17",
                             "0b1",
                             "017",
                             "1_000",
                             "12:30:45",
                             "1.5",
                             "2026-11-26",
                             "2026-11-26T10:00:00Z",
                             "kind: Evil",
                             "\n---\nkind: Evil",
                             "key"};

// U+202E, put together so that no editor shows this file turned around.
std::string right_to_left() {
  return std::string("\xE2\x80") + '\xAE';
}

class Texts {
 public:
  std::string next() {
    std::string text;
    for (auto pieces = random_() % 6; pieces > 0; --pieces) text += piece();
    return text;
  }

 private:
  std::string piece() {
    constexpr unsigned kOneIn = 5;
    if (random_() % kOneIn == 0) return {1, static_cast<char>(random_() % 255 + 1)};
    const auto chosen = random_() % (kPieces.size() + 1);
    return chosen < kPieces.size() ? kPieces[chosen] : right_to_left();
  }

  std::mt19937 random_{20'261'126};
};

// As a value, a key, an item of a list and a key within one; nothing else may be in the document.
void expect_read_back(const std::string& text) {
  const auto yaml = written(text);
  SCOPED_TRACE(yaml);
  const auto expected = analysis::valid_utf8(text);
  const auto document = YAML::Load("value: " + yaml + "\n" + "list:\n  - " + yaml + "\n  - " + yaml +
                                   ": 1\n    z: 2\nkeys:\n  " + yaml + ": " + yaml + "\n");
  ASSERT_EQ(document.size(), 3U);
  ASSERT_EQ(document["list"].size(), 2U);
  ASSERT_EQ(document["keys"].size(), 1U);
  EXPECT_EQ(document["value"].Scalar(), expected);
  EXPECT_EQ(document["list"][0].Scalar(), expected);
  EXPECT_EQ(document["list"][1].begin()->first.Scalar(), expected);
  EXPECT_EQ(document["keys"].begin()->first.Scalar(), expected);
  EXPECT_EQ(document["keys"].begin()->second.Scalar(), expected);
  const bool is_quoted = document["value"].Tag() == "!";
  EXPECT_EQ(is_quoted, !is_plain(text));
}

bool is_printable_line(std::string_view yaml) {
  for (const char byte : yaml) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) return false;
  }
  if (yaml.find(right_to_left()) != std::string_view::npos) return false;
  for (const auto* hidden : {"\xC2\x85", "\xC2\xA0", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF",
                             "\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    if (yaml.find(hidden) != std::string_view::npos) return false;
  }
  return true;
}

TEST(ManifestYamlText, QuotesWhatIsNoPlainWord) {
  for (const auto* word : {"a", "app.kubernetes.io/name", "Deployment", "x-1", "nulls", "Yess"})
    EXPECT_TRUE(is_plain(word)) << word;
  for (const auto* word :
       {"",    "yes", "NO",  "on",  "True", "null", "y",  "1",  "1e3", "0x1", "~",  "-", ".5",
        "a b", "a:b", "a#b", "a\n", "&a",   "*a",   "!a", "{a", "[a",  "%a",  "@a", "`a"}) {
    EXPECT_FALSE(is_plain(word)) << word;
  }
}

TEST(ManifestYamlText, EscapesWhatCannotBeSeen) {
  EXPECT_EQ(written("a\"b\\c\nd\te\rf\x01\x7F"), R"("a\"b\\c\nd\te\rf\x01\x7f")");
  EXPECT_EQ(written("\xC2\x85\xC2\xA0\xE2\x80\xA8\xEF\xBB\xBF"), R"("\x85\xa0\u2028\ufeff")");
  EXPECT_EQ(written("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x9A\x80"), "\"\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x9A\x80\"");
  EXPECT_EQ(written(right_to_left()), R"("\u202e")");
  EXPECT_EQ(written("\xFF"), "\"\xEF\xBF\xBD\"");
}

TEST(ManifestYamlText, EveryByteAndPieceIsReadBack) {
  for (int byte = 1; byte < 256; ++byte) expect_read_back({1, static_cast<char>(byte)});
  expect_read_back(std::string(1, '\0'));
  for (const auto* piece : kPieces) expect_read_back(piece);
}

TEST(ManifestYamlText, AwkwardStringsAreReadBackAsTheyWere) {
  constexpr int kTexts = 20'000;
  Texts texts;
  for (int i = 0; i < kTexts && !testing::Test::HasFailure(); ++i) {
    const auto text = texts.next();
    expect_read_back(text);
    const auto yaml = written(text);
    EXPECT_TRUE(is_printable_line(yaml)) << yaml;
    EXPECT_FALSE(yaml.front() != '"' && is_of_another_type(yaml)) << yaml;
  }
}

}  // namespace
}  // namespace container_kit::kit::manifests
