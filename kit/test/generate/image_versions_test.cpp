#include "generate/image_versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit::generate {
namespace {

std::string chosen(std::string_view runtime, std::string_view stated) {
  const auto version = image_version(runtime, stated);
  return version.version + (version.warning.empty() ? "" : " warned");
}

TEST(ImageVersions, JavaCountsFromOneDotFive) {
  EXPECT_EQ(chosen("java", "1.8"), "8");
  EXPECT_EQ(chosen("java", "1.5"), "8");
  EXPECT_EQ(chosen("java", "1.9"), "11");
  EXPECT_EQ(chosen("java", "8"), "8");
  EXPECT_EQ(chosen("java", "9"), "11");
  EXPECT_EQ(chosen("java", "11.0.2"), "11");
  EXPECT_EQ(chosen("java", "16"), "17");
  EXPECT_EQ(chosen("java", "temurin-17.0.9"), "17");
  EXPECT_EQ(chosen("java", "20"), "21");
  EXPECT_EQ(chosen("java", "24"), "25");
  EXPECT_EQ(chosen("java", "29"), "29 warned");
  EXPECT_EQ(chosen("java", ""), "21");
}

TEST(ImageVersions, OldGoAndRustAreBuiltByTheUsualOne) {
  EXPECT_EQ(chosen("go", "1.9"), "1.23");
  EXPECT_EQ(chosen("go", "1.18"), "1.23");
  EXPECT_EQ(chosen("go", "1.20"), "1.20");
  EXPECT_EQ(chosen("go", "1.24.1"), "1.24");
  EXPECT_EQ(chosen("rust", "1.56"), "1.88");
  EXPECT_EQ(chosen("rust", ">=1.65"), "1.88");
  EXPECT_EQ(chosen("rust", ">=1.90"), "1.90 warned");
}

TEST(ImageVersions, WhatHasNoImageIsWarnedOf) {
  EXPECT_EQ(chosen("python", "3.6"), "3.7 warned");
  EXPECT_EQ(chosen("python", "2.7.18"), "3.7 warned");
  EXPECT_EQ(chosen("ruby", "2.3.1"), "3.0 warned");
  EXPECT_EQ(chosen("ruby", "~> 2.7"), "3.0 warned");
  EXPECT_EQ(chosen("node", "8"), "16 warned");
  EXPECT_EQ(chosen("node", "0.10"), "16 warned");
  EXPECT_EQ(chosen("node", "17.1.0"), "18 warned");
  EXPECT_EQ(chosen("node", "26"), "26 warned");
  EXPECT_EQ(chosen("php", "^7.1"), "8.1 warned");
  EXPECT_EQ(image_version("python", "3.6").warning,
            "python 3.6 is asked for, which no image on Debian 12 has: the build uses 3.7");
}

TEST(ImageVersions, UpperBoundsCount) {
  EXPECT_EQ(chosen("python", "^3.8,<3.11"), "3.10");
  EXPECT_EQ(chosen("python", ">=3.10,<3.12"), "3.11");
  EXPECT_EQ(chosen("python", "^3.6"), "3.12");
  EXPECT_EQ(chosen("python", ">=3.13"), "3.14");
  EXPECT_EQ(chosen("ruby", ">= 2.7, < 3.3"), "3.2");
  EXPECT_EQ(chosen("node", ">=14 <19"), "18");
  EXPECT_EQ(chosen("node", ">=8"), "22");
  EXPECT_EQ(chosen("php", "^7.1 || ^8.0"), "8.3");
  EXPECT_EQ(chosen("php", "~8.1.0 || ~8.2.0"), "8.2");
}

TEST(ImageVersions, NodesNamesOfLongTermReleases) {
  EXPECT_EQ(chosen("node", "lts/iron"), "20");
  EXPECT_EQ(chosen("node", "lts/Hydrogen"), "18");
  EXPECT_EQ(chosen("node", "lts/*"), "24");
  EXPECT_EQ(chosen("node", "lts/argon"), "16 warned");
  EXPECT_EQ(chosen("node", "stable"), "22");
}

}  // namespace
}  // namespace container_kit::kit::generate
