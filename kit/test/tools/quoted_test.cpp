#include "tools/quoted.h"

#include <gtest/gtest.h>

namespace container_kit::kit {
namespace {

TEST(Quoted, leaves_short_words_as_they_are) {
  EXPECT_EQ(in_quotes("path"), "'path'");
  EXPECT_EQ(in_quotes(std::string(64, 'x')), "'" + std::string(64, 'x') + "'");
}

TEST(Quoted, cuts_long_words_between_characters) {
  EXPECT_EQ(shortened(std::string(65, 'x')), std::string(64, 'x') + "...");
  EXPECT_EQ(shortened(std::string(63, 'x') + "\u00e9\u00e9"), std::string(63, 'x') + "...");
}

TEST(Quoted, shows_what_is_no_text_without_being_it) {
  EXPECT_EQ(in_quotes("a\nb\x1b[31m"), "'a\\x0ab\\x1b[31m'");
  EXPECT_EQ(in_quotes("\xff\xfe"), "'\uFFFD\uFFFD'") << "an answer in JSON could not be read";
  EXPECT_EQ(in_quotes(std::string_view("a\0b", 3)), "'a\\x00b'");
}

}  // namespace
}  // namespace container_kit::kit
