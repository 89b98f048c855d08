#include "generate/safe_words.h"

#include <gtest/gtest.h>

namespace container_kit::kit::generate {
namespace {

using Words = std::vector<std::string>;

TEST(SafeWords, PathsAreOfHarmlessCharacters) {
  for (const auto* path : {"a", "src/main.go", "A_b-c.d+e@f/g"}) EXPECT_TRUE(is_safe_path(path)) << path;
  for (const auto* path : {"", "/a", "-a", "../a", "a/../b", "a b", "a\nb", "a\"b", "a'b", "a\\b", "a$b",
                           "a`b", "a;b", "a#b", "\xC3\xA4"}) {
    EXPECT_FALSE(is_safe_path(path)) << path;
  }
}

TEST(SafeWords, ImagesPlatformsAndPackages) {
  EXPECT_TRUE(is_safe_image("r.io:5000/a/b:1.2@sha256:0a"));
  for (const auto* image : {"", "a b", "a\nRUN x", "$A", "a:", "--platform=x"})
    EXPECT_FALSE(is_safe_image(image)) << image;
  EXPECT_TRUE(is_platform("linux/arm64"));
  EXPECT_TRUE(is_platform("linux/arm/v7"));
  for (const auto* platform : {"linux", "linux/", "a/b/c/d", "linux/a b", "/x"})
    EXPECT_FALSE(is_platform(platform));
  EXPECT_TRUE(is_package_name("libstdc++6"));
  for (const auto* name : {"a", "-y", "Git", "a;b", "a b"}) EXPECT_FALSE(is_package_name(name)) << name;
}

TEST(SafeWords, LabelsAreThoseOfRfc1123) {
  for (const char* label : {"a", "my--app", "a1", "1a"}) EXPECT_TRUE(is_label(label)) << label;
  for (const char* text : {"", "-a", "a-", "A", "a.b", "a b"}) EXPECT_FALSE(is_label(text)) << text;
  EXPECT_FALSE(is_label(std::string(64, 'a')));
  EXPECT_EQ(label_of("My_App 2"), "my-app-2");
  EXPECT_EQ(label_of("--x--"), "x");
  EXPECT_EQ(label_of("\"\n$(evil)"), "evil");
  EXPECT_EQ(label_of("\xF0\x9F\x90\xB3"), "app");
  EXPECT_EQ(label_of(std::string(62, 'a') + "-b").size(), 62U);
}

TEST(SafeWords, CommandsWithoutAShell) {
  EXPECT_EQ(arguments_of("node 'a b' \"c\"", ""), (Words{"node", "a b", "c"}));
  EXPECT_EQ(arguments_of("serve -p ${PORT:-80} --x=${X:-y}", "99"), (Words{"serve", "-p", "99", "--x=y"}));
  EXPECT_EQ(arguments_of("serve -p $PORT", "99"), (Words{"serve", "-p", "99"}));
  for (const auto* command : {"", "a && b", "a | b", "a > b", "A=1 b", "a $B", "a *", "a ~", "a `b`",
                              "a $(b)", "a\nb", "a; b", "a \xFF", "serve $PORT"}) {
    EXPECT_EQ(arguments_of(command, ""), std::nullopt) << command;
  }
}

TEST(SafeWords, NumbersOfVersions) {
  EXPECT_EQ(numbers_of("v20.11.1-beta"), (std::vector<int>{20, 11, 1}));
  EXPECT_EQ(numbers_of(">=18"), (std::vector<int>{18}));
  EXPECT_EQ(numbers_of("20\nRUN evil"), (std::vector<int>{20}));
  EXPECT_TRUE(numbers_of("lts/iron").empty());
  EXPECT_EQ(numbers_of("99999999999999999999"), (std::vector<int>{100'000}));
}

}  // namespace
}  // namespace container_kit::kit::generate
