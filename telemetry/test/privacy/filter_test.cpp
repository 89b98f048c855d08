#include "privacy/filter.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "privacy/guarded.h"

namespace container_kit::telemetry::privacy {
namespace {

Config with_rules(std::vector<PrivacyRule> rules, PrivacyMode mode = PrivacyMode::kProduction) {
  Config config;
  config.privacy.mode = mode;
  config.privacy.rules = std::move(rules);
  config.privacy.hash_key = "0123456789abcdef";
  EXPECT_TRUE(config.validate());
  return config;
}

Verdict verdict(const Filter& filter, std::string_view key, AttributeValue value = "x") {
  return filter.judge({key, value});
}

TEST(Filter, LetsTheFirstRuleThatFitsDecide) {
  const Filter filter(with_rules({{.key = "user.name", .action = PrivacyAction::kHash},
                                  {.key = "User.*", .action = PrivacyAction::kDrop},
                                  {.key = "*id", .action = PrivacyAction::kMask}}));
  EXPECT_EQ(verdict(filter, "user.name"), Verdict::kHash);
  EXPECT_EQ(verdict(filter, "user.id"), Verdict::kDrop);
  EXPECT_EQ(verdict(filter, "ORDER_ID"), Verdict::kMask);
  EXPECT_EQ(verdict(filter, "password"), Verdict::kKeep) << "the library's own rules are for production";
}

TEST(Filter, KnowsAKeyAgainAndNoOtherForIt) {
  const Filter filter(with_rules({{.key = "key.1*", .action = PrivacyAction::kDrop}}));
  for (int again = 0; again < 2; ++again) {
    for (int i = 0; i < 5'000; ++i) {
      const std::string key = "key." + std::to_string(i);
      const bool is_dropped = key[4] == '1';
      EXPECT_EQ(verdict(filter, key), is_dropped ? Verdict::kDrop : Verdict::kKeep) << key;
      EXPECT_EQ(filter.passes({key, "x"}), !is_dropped) << key;
    }
  }
}

TEST(Filter, HoldsValuesAgainstTheRulesOfTheirKey) {
  const Filter filter(with_rules({{.key = "http.url", .value = "*internal*", .action = PrivacyAction::kDrop},
                                  {.key = "size", .value = "4?", .action = PrivacyAction::kMask}}));
  EXPECT_EQ(verdict(filter, "http.url", "http://INTERNAL/a"), Verdict::kDrop);
  EXPECT_EQ(verdict(filter, "http.url", "http://example.com/"), Verdict::kScan);
  EXPECT_EQ(verdict(filter, "other", "http://internal/"), Verdict::kKeep);
  EXPECT_EQ(verdict(filter, "size", 42), Verdict::kMask);
  EXPECT_EQ(verdict(filter, "size", 142), Verdict::kScan);
  const std::array<std::string_view, 2> list{"a", "x internal y"};
  EXPECT_EQ(verdict(filter, "http.url", std::span<const std::string_view>(list)), Verdict::kDrop);
}

TEST(Filter, HoldsTextsWithoutAKeyAgainstRulesWithoutOne) {
  const Filter filter(with_rules({{.value = "top secret*", .action = PrivacyAction::kHash}}));
  EXPECT_FALSE(filter.passes_text("Top Secret plan"));
  const std::string hashed = guarded(&filter, "Top Secret plan");
  EXPECT_EQ(hashed.substr(0, 5), "hash:");
  EXPECT_EQ(hashed.size(), kHashTextSize);
  EXPECT_EQ(guarded(&filter, "a top secret"), "a top secret");
  EXPECT_EQ(verdict(filter, "any", "top secret"), Verdict::kHash);
}

TEST(Filter, TakesTheActionOfADetectorAndTheOnesToKeep) {
  Config config = with_rules({{.value = "<email>", .action = PrivacyAction::kHash}}, PrivacyMode::kOn);
  config.privacy.keep = {"<card_number>", "debug.*"};
  const Filter filter(config);
  const std::string text = guarded(&filter, "joe@example.com paid with 4111111111111111, password=hunter2");
  EXPECT_EQ(text.substr(0, 5), "hash:");
  EXPECT_EQ(text.substr(kHashTextSize), " paid with 4111111111111111, password=REDACTED");
  EXPECT_EQ(verdict(filter, "debug.password"), Verdict::kKeep);
  EXPECT_EQ(verdict(filter, "password"), Verdict::kMask);
  const Filter only_emails(with_rules({{.value = "<email>"}}));
  EXPECT_EQ(guarded(&only_emails, "joe@example.com password=hunter2"), "REDACTED password=hunter2");
}

TEST(Filter, HashesEqualValuesEquallyWithOneKeyAndOthersNot) {
  const Filter first(with_rules({}));
  const Filter second(with_rules({}));
  Config other = with_rules({});
  other.privacy.hash_key = "another-key-of-16-bytes";
  EXPECT_EQ(first.hash(std::string_view("joe")), second.hash(std::string_view("joe")));
  EXPECT_NE(first.hash(std::string_view("joe")), first.hash(std::string_view("jane")));
  EXPECT_NE(first.hash(std::string_view("joe")), Filter(other).hash(std::string_view("joe")));
  other.privacy.hash_key.clear();
  EXPECT_NE(Filter(other).hash(std::string_view("joe")), Filter(other).hash(std::string_view("joe")));
  const std::array<std::int64_t, 2> one{1, 2};
  const std::array<std::int64_t, 2> two{2, 1};
  EXPECT_NE(first.hash(AttributeValue(std::span<const std::int64_t>(one))),
            first.hash(AttributeValue(std::span<const std::int64_t>(two))));
}

class Finding final : public ValueMatcher {
 public:
  explicit Finding(std::string word) : word_(std::move(word)) {}
  bool find(std::string_view text, std::size_t from, TextRange& found) const noexcept override {
    const std::size_t at = text.find(word_, from);
    found = {at, at + word_.size()};
    return at != std::string_view::npos;
  }

 private:
  std::string word_;
};

TEST(Filter, TakesWhatMatchersFindBesideWhatDetectorsDo) {
  const Filter filter(
      with_rules({{.matcher = std::make_shared<Finding>("tiger")},
                  {.action = PrivacyAction::kHash, .matcher = std::make_shared<Finding>("lion")},
                  {.key = "whole", .matcher = std::make_shared<Finding>("cat")}},
                 PrivacyMode::kOn));
  const std::string text = guarded(&filter, "a tiger, a lion, joe@tiger.com");
  EXPECT_EQ(text.substr(0, 14), "a REDACTED, a ");
  EXPECT_EQ(text.substr(14 + kHashTextSize), ", REDACTED");
  EXPECT_EQ(verdict(filter, "whole", "a cat"), Verdict::kMask);
  EXPECT_EQ(verdict(filter, "whole", "a dog"), Verdict::kScan);
  EXPECT_FALSE(filter.passes({"key", "tiger!"}));
}

TEST(Filter, MasksTheRestWhereThereIsTooMuchToFind) {
  const Filter filter(with_rules({}, PrivacyMode::kOn));
  std::string text;
  for (int i = 0; i < 100; ++i) text += "joe" + std::to_string(i) + "@example.com ";
  EXPECT_EQ(guarded(&filter, text).find('@'), std::string::npos);
}

TEST(Filter, CountsWhatItChanged) {
  const Filter filter(with_rules(
      {{.key = "drop", .action = PrivacyAction::kDrop}, {.key = "hash", .action = PrivacyAction::kHash}},
      PrivacyMode::kOn));
  for (const char* key : {"drop", "hash", "password", "harmless"})
    GuardedAttribute(&filter, {key, "x"}).count();
  guarded(&filter, "joe@example.com");
  const Filter::Counts counts = filter.counts();
  EXPECT_EQ(counts.dropped, 1U);
  EXPECT_EQ(counts.masked, 2U);
  EXPECT_EQ(counts.hashed, 1U);
}

}  // namespace
}  // namespace container_kit::telemetry::privacy
