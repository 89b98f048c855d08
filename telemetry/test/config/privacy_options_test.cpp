#include "config/privacy_options.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "config/from_environment.h"
#include "privacy/detectors.h"

namespace container_kit::telemetry {
namespace {

Config from(const std::map<std::string, std::string>& variables) {
  return config::from_environment([&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

std::string faults_of(const Config& config) {
  const auto valid = config.validate();
  return valid ? "" : valid.error().message;
}

TEST(PrivacyOptions, AreReadFromTheEnvironment) {
  const Config config = from({{"CONTAINER_KIT_PRIVACY", "on"},
                              {"CONTAINER_KIT_PRIVACY_DROP", "debug.*, http.url=*internal*"},
                              {"CONTAINER_KIT_PRIVACY_MASK", "user.name"},
                              {"CONTAINER_KIT_PRIVACY_HASH", "<email>,user.id"},
                              {"CONTAINER_KIT_PRIVACY_KEEP", "<card_number>,token.id"},
                              {"CONTAINER_KIT_PRIVACY_HASH_KEY", "0123456789abcdef"}});
  EXPECT_EQ(faults_of(config), "");
  EXPECT_EQ(config.privacy.mode, PrivacyMode::kOn);
  ASSERT_EQ(config.privacy.rules.size(), 5U);
  EXPECT_EQ(config.privacy.rules[1].key, "http.url");
  EXPECT_EQ(config.privacy.rules[1].value, "*internal*");
  EXPECT_EQ(config.privacy.rules[1].action, PrivacyAction::kDrop);
  EXPECT_EQ(config.privacy.rules[3].value, "<email>");
  EXPECT_EQ(config.privacy.rules[3].action, PrivacyAction::kHash);
  EXPECT_EQ(config.privacy.keep.size(), 2U);
}

TEST(PrivacyOptions, AreOnInProductionUnlessSaidOtherwise) {
  EXPECT_FALSE(config::has_privacy(from({})));
  EXPECT_TRUE(config::has_default_privacy(from({{"CONTAINER_KIT_ENV", "production"}})));
  EXPECT_FALSE(
      config::has_privacy(from({{"CONTAINER_KIT_ENV", "production"}, {"CONTAINER_KIT_PRIVACY", "off"}})));
  EXPECT_TRUE(config::has_default_privacy(from({{"CONTAINER_KIT_PRIVACY", "on"}})));
  const Config own_rules = from({{"CONTAINER_KIT_PRIVACY_DROP", "a"}});
  EXPECT_TRUE(config::has_privacy(own_rules));
  EXPECT_FALSE(config::has_default_privacy(own_rules));
}

// Every fault at once, with its variable and what is allowed.
TEST(PrivacyOptions, ReportEveryFaultAtOnce) {
  const std::string message = faults_of(from({{"CONTAINER_KIT_PRIVACY", "maybe"},
                                              {"CONTAINER_KIT_PRIVACY_DROP", "user[12],=x,a="},
                                              {"CONTAINER_KIT_PRIVACY_MASK", "<emial>"},
                                              {"CONTAINER_KIT_PRIVACY_KEEP", "<nothing>"},
                                              {"CONTAINER_KIT_PRIVACY_HASH_KEY", "short-key"}}));
  for (const char* part :
       {"CONTAINER_KIT_PRIVACY: \"maybe\"", "production, on, off", "\"user[12],=x,a=\"", "* and ?",
        "CONTAINER_KIT_PRIVACY_MASK: \"<emial>\"", "CONTAINER_KIT_PRIVACY_KEEP: \"<nothing>\"",
        "privacy.hash_key: 9 bytes", "16 or more"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
  }
  EXPECT_EQ(message.find("short-key"), std::string::npos) << "a secret in the message:\n" << message;
}

TEST(PrivacyOptions, CheckWhatCodeSets) {
  Config config;
  config.privacy.rules = {
      {}, {.key = "<email>"}, {.key = "a", .value = "<email>"}, {.key = std::string(300, 'k')}};
  config.privacy.keep = {"", "a\n"};
  const std::string message = faults_of(config);
  for (const char* part : {"privacy.rules[0]", "privacy.rules[1].key", "privacy.rules[2]",
                           "privacy.rules[3].key", "privacy.keep[0]", "privacy.keep[1]"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
  }
}

TEST(PrivacyOptions, NameEveryDetectorOnce) {
  EXPECT_EQ(privacy_detectors().size(), static_cast<std::size_t>(privacy::Detector::kCount));
  EXPECT_EQ(config::detector_number("<key_name>"), static_cast<int>(privacy::Detector::kKeyName));
  EXPECT_EQ(config::detector_number("<card_number>"), static_cast<int>(privacy::Detector::kCardNumber));
  EXPECT_EQ(config::detector_number("<assignment>"), static_cast<int>(privacy::Detector::kAssignment));
  EXPECT_EQ(config::detector_number("email"), -1);
}

}  // namespace
}  // namespace container_kit::telemetry
