#include "privacy/scanner.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "privacy/guarded.h"
#include "privacy/plain_text.h"
#include "support/secret_corpus.h"

namespace container_kit::telemetry::privacy {
namespace {

const Filter& production() {
  static const Filter filter{Config::production()};
  return filter;
}

std::string masked(std::string_view text) {
  return guarded(&production(), text);
}

TEST(Scanner, FindsEverySeededSecret) {
  const auto secrets = test::seeded_secrets();
  EXPECT_GE(secrets.size(), 200U);
  for (const test::SeededSecret& one : secrets) {
    const std::string text = masked(one.text);
    EXPECT_EQ(text.find(one.secret), std::string::npos) << one.kind << ": " << one.text << "\n -> " << text;
    // Not even most of it: half of the secret is as good as all of it to whoever tries the rest.
    const std::string half = one.secret.substr(one.secret.size() / 4, (one.secret.size() + 1) / 2);
    EXPECT_EQ(text.find(half), std::string::npos) << one.kind << ": " << one.text << "\n -> " << text;
  }
}

// Each on its own, so that nothing but its prefix tells it.
TEST(Scanner, FindsTheTokensOfEachVendor) {
  for (const std::string prefix :
       {"ghp_",     "gho_",     "ghu_",     "ghs_",   "ghr_",     "github_pat_", "xoxb-", "xoxp-",  "xoxa-",
        "xoxr-",    "xoxs-",    "xoxe-",    "xoxe.",  "xoxc-",    "xoxd-",       "xapp-", "glpat-", "glptt-",
        "sk_live_", "sk_test_", "rk_live_", "whsec_", "sk-proj-", "sk-ant-",     "npm_",  "hvs.",   "shpat_",
        "pypi-AgE", "dop_v1_",  "SG.",      "hf_",    "AIza",     "eyJ"}) {
    std::string token = prefix + "Zq8Lw2Rt5Yu1Io9Pa3Sd7Fg4Hj6Kl0Zx2Cv8Bn5Mq1W";
    if (prefix == "eyJ") token += ".e30.c2ln";
    EXPECT_EQ(masked("got " + token + " back"), "got REDACTED back");
  }
  for (const std::string prefix : {"AKIA", "ASIA", "ABIA", "ACCA"}) {
    EXPECT_EQ(masked("got " + prefix + "IOSFODNN7EXAMPLE back"), "got REDACTED back");
  }
  EXPECT_EQ(masked("to hooks.slack.com/T00000000/B00000000/abcdefghijkl now"),
            "to hooks.slack.com/REDACTED now");
  EXPECT_EQ(masked("with Bearer abc123def456 sent"), "with Bearer REDACTED sent");
  EXPECT_EQ(masked("with basic dXNlcjpwYXNz sent"), "with basic REDACTED sent");
}

// Texts are looked at eight bytes at a time: where in these a secret begins makes no difference.
TEST(Scanner, FindsASecretWhereverItStands) {
  for (const test::SeededSecret& one : test::seeded_secrets()) {
    const std::string alone = masked(one.text);
    for (std::size_t before = 1; before < 16; ++before) {
      const std::string lines(before, '\n');
      EXPECT_EQ(masked(lines + one.text), lines + alone) << one.kind << ": " << one.text;
    }
  }
}

TEST(Scanner, LeavesWhatIsHarmless) {
  const auto texts = test::harmless_texts();
  EXPECT_GE(texts.size(), 2'000U);
  for (const std::string& text : texts) EXPECT_EQ(masked(text), text);
}

// What surrounds a secret stays, or the text would be of no use.
TEST(Scanner, LeavesTheRestOfTheText) {
  EXPECT_EQ(masked("https://joe:hunter22@example.com/a?token=abcdef123&b=1"),
            "https://REDACTED@example.com/a?token=REDACTED&b=1");
  EXPECT_EQ(masked(R"({"user":"joe","password":"a\"b","n":1})"),
            R"({"user":"joe","password":"REDACTED","n":1})");
  EXPECT_EQ(masked("mail joe@example.com, please."), "mail REDACTED, please.");
  EXPECT_EQ(masked("Authorization: Bearer abc123def456\r\nHost: a"), "Authorization: REDACTED\r\nHost: a");
  EXPECT_EQ(masked("f(password=hunter2)"), "f(password=REDACTED)");
  EXPECT_EQ(masked("user=joe,password=a,b,host=c"), "user=joe,password=REDACTED,host=c");
}

// The rule that lets most texts pass must never let one pass in which there is something to find.
TEST(Scanner, PlainTextsAreThoseWithNothingToFind) {
  for (const test::SeededSecret& one : test::seeded_secrets()) {
    for (const std::string& text : {one.text, one.secret}) {
      Finds finds;
      DetectorSet all;
      all.on = (1U << kDetectors) - 1;
      scan(text, all, finds);
      const bool is_plain = is_plain_text(text.data(), text.size());
      EXPECT_FALSE(is_plain && !finds.empty()) << text;
    }
  }
  // A card's digits, wherever they begin and whatever the length.
  const std::string digits = "4111111111111111";
  for (std::size_t before = 0; before < 24; ++before) {
    for (std::size_t after = 0; after < 24; ++after) {
      const std::string text = std::string(before, 'a') + digits.substr(0, 13) + std::string(after, 'b');
      EXPECT_FALSE(is_plain_text(text.data(), text.size())) << text;
    }
  }
}

// What chance draws has capitals, underscores or long rows of digits; words with a token's prefix have none.
TEST(Scanner, TellsATokenFromWordsThatBeginLikeOne) {
  for (const std::string words :
       {"xoxe.xxoxe.xxx0", "xoxb-not-a-token-but-words", "sk-ant-colony-simulation-library",
        "hvs.stands-for-something-else", "at/glpat-as-the-prefix-is-called", "xoxb-tell-1-only"}) {
    EXPECT_EQ(masked(words), words);
    EXPECT_TRUE(is_plain_text(words.data(), words.size())) << words;
  }
  for (const std::string token :
       {"xoxe.xxoxe.xxX0", "xoxb-not_a-token-but-words", "glpat-abcdefghij0123456789Z"}) {
    EXPECT_EQ(masked(token), "REDACTED");
  }
  // As old ones of Slack are, twelve digits and twelve.
  EXPECT_EQ(masked("at/xoxp-123456789012-123456789012-abcdef"), "at/REDACTED");
}

// `bearer` is a word, and `+` and `%` are in plain texts.
TEST(Scanner, FindsEncodedAuthorizationWhereItCanStand) {
  for (const std::string blank : {"+", "%20"}) {
    const std::string token = "bearer" + blank + "0a1b2c3d4e5f6a7b8c9d";
    EXPECT_EQ(masked("a?x=" + token), "a?x=bearer" + blank + "REDACTED");
    EXPECT_EQ(masked("B" + token.substr(1)), "Bearer" + blank + "REDACTED");
    EXPECT_EQ(masked(token), token);
    EXPECT_TRUE(is_plain_text(token.data(), token.size()));
  }
}

TEST(PlainText, IsWhatEverydaysValuesAre) {
  for (const std::string text :
       {"", "analyze", "1.0.0", "src/main.cpp", "tool.validation.started", "us-west-2a", "application/json",
        "a-rather-long-name-of-a-container-image", "10.1.2.3"}) {
    EXPECT_TRUE(is_plain_text(text.data(), text.size())) << text;
  }
  for (const std::string text :
       {"a b c d", "pw=abc", "pw=a", "pw=9A", "joe@example.org", "GET /a", "gr\xC3\xBC\xC3\x9F.."}) {
    EXPECT_FALSE(is_plain_text(text.data(), text.size())) << text;
  }
}

// Texts made to have every place look far ahead are still done in a moment: a span's text is 32 KiB at most.
TEST(Scanner, IsDoneInAMomentWhateverTheText) {
  for (const std::string part :
       {"eyJ-", "://a:b/", "cookie: a ", "basic+", "a@b.co:", "-", "password=\"", "[", "=", "-----BEGIN ",
        "<pw>", "4", "4 ", "pw=,", "bearer ", "a.", "--a", "password:[", "\\\""}) {
    std::string text;
    while (text.size() < 32'768) text += part;
    const auto start = std::chrono::steady_clock::now();
    Finds finds;
    production().find(text, finds);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1)) << part;
  }
}

}  // namespace
}  // namespace container_kit::telemetry::privacy
