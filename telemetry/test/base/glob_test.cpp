#include "base/glob.h"

#include <string>

#include <gtest/gtest.h>

namespace container_kit::telemetry::base {
namespace {

TEST(Glob, MatchesWholeTextsInAnyCase) {
  EXPECT_TRUE(matches_glob("user.id", "User.ID"));
  EXPECT_TRUE(matches_glob("user.*", "user.email"));
  EXPECT_TRUE(matches_glob("*password*", "db.Password.hash"));
  EXPECT_TRUE(matches_glob("a?c", "abc"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("**a**", "bab"));
  EXPECT_TRUE(matches_glob("*.a.*.b", "x.a.a.y.b.b"));
  EXPECT_FALSE(matches_glob("user", "user.id"));
  EXPECT_FALSE(matches_glob("user.?", "user."));
  EXPECT_FALSE(matches_glob("", "a"));
  EXPECT_FALSE(matches_glob("*b", "abc"));
}

TEST(Glob, MatchesNamesOfInstruments) {
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("http.*", "HTTP.server.duration"));
  EXPECT_TRUE(matches_glob("*.dur*ion", "http.server.duration"));
  EXPECT_TRUE(matches_glob("a?c", "abc"));
  EXPECT_TRUE(matches_glob("a*b*c", "aXbXbXc"));
  EXPECT_FALSE(matches_glob("a?c", "ac"));
  EXPECT_FALSE(matches_glob("http", "http.server"));
  EXPECT_FALSE(matches_glob("*.duration", "http.duration.sum"));
  EXPECT_FALSE(matches_glob("", "a"));
}

TEST(Glob, TakesNoLongerForStarsThanForTheirProduct) {
  const std::string text(20'000, 'a');
  EXPECT_FALSE(matches_glob("*a*a*a*a*a*a*a*a*a*a*b", text));
}

}  // namespace
}  // namespace container_kit::telemetry::base
