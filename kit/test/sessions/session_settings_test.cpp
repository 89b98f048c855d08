// What CONTAINER_KIT_SESSION_* and the variables that name the folder come to.
#include <cstdlib>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <container_kit/kit/sessions.h>

#include "support/documented.h"
#include "support/folder.h"

namespace container_kit::kit {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

// Of the variables that are read, exactly those that the test sets; the caller's are put back afterwards.
class SessionVariables : public ::testing::Test {
 protected:
  SessionVariables() {
    for (const char* name : kNames) {
      if (const char* value = std::getenv(name)) before_[name] = value;
      ::unsetenv(name);
    }
    set("CONTAINER_KIT_STATE_DIR", folder_ / "state");
  }
  ~SessionVariables() override {
    for (const char* name : kNames) ::unsetenv(name);
    for (const auto& [name, value] : before_) set(name.c_str(), value);
  }

  static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }
  static SessionSettings read() {
    auto settings = SessionSettings::from_environment();
    EXPECT_TRUE(settings) << settings.error().message;
    return settings ? *settings : SessionSettings{};
  }

  static constexpr std::array<const char*, 9> kNames{"CONTAINER_KIT_STATE_DIR",
                                                     "XDG_STATE_HOME",
                                                     "HOME",
                                                     "CONTAINER_KIT_SESSION_LIMIT",
                                                     "CONTAINER_KIT_SESSION_BYTES",
                                                     "CONTAINER_KIT_SESSION_TOTAL_BYTES",
                                                     "CONTAINER_KIT_SESSION_LIFETIME",
                                                     "CONTAINER_KIT_SESSION_HISTORY",
                                                     "CONTAINER_KIT_SESSION_CLEANUP_INTERVAL"};
  const Folder folder_;
  std::map<std::string, std::string> before_;
};

TEST_F(SessionVariables, that_are_unset_or_empty_leave_the_defaults) {
  set("CONTAINER_KIT_SESSION_LIMIT", "");
  const auto settings = read();
  EXPECT_EQ(settings.most_open, 10U);
  EXPECT_EQ(settings.bytes_each, 1'073'741'824U);
  EXPECT_EQ(settings.bytes_together, 10'737'418'240U);
  EXPECT_EQ(settings.lifetime, hours(24));
  EXPECT_EQ(settings.history, hours(168));
  EXPECT_EQ(settings.cleanup_interval, std::chrono::minutes(1));
}

TEST_F(SessionVariables, set_each_its_own) {
  set("CONTAINER_KIT_SESSION_LIMIT", "3");
  set("CONTAINER_KIT_SESSION_BYTES", "1000");
  set("CONTAINER_KIT_SESSION_TOTAL_BYTES", "5000");
  set("CONTAINER_KIT_SESSION_LIFETIME", "2h");
  set("CONTAINER_KIT_SESSION_HISTORY", "30m");
  set("CONTAINER_KIT_SESSION_CLEANUP_INTERVAL", "250");
  const auto settings = read();
  EXPECT_EQ(settings.most_open, 3U);
  EXPECT_EQ(settings.bytes_each, 1000U);
  EXPECT_EQ(settings.bytes_together, 5000U);
  EXPECT_EQ(settings.lifetime, hours(2));
  EXPECT_EQ(settings.history, std::chrono::minutes(30));
  EXPECT_EQ(settings.cleanup_interval, milliseconds(250));
}

struct Value {
  const char* what;
  const char* text;
  std::int64_t number;  // 0: it is refused
};

class SessionNumbers : public SessionVariables, public ::testing::WithParamInterface<Value> {};

TEST_P(SessionNumbers, are_read_or_named) {
  for (const char* name :
       {"CONTAINER_KIT_SESSION_LIMIT", "CONTAINER_KIT_SESSION_BYTES", "CONTAINER_KIT_SESSION_TOTAL_BYTES"}) {
    set(name, GetParam().text);
    const auto settings = SessionSettings::from_environment();
    ASSERT_EQ(settings.has_value(), GetParam().number > 0) << name;
    if (!settings) {
      EXPECT_EQ(settings.error().code, telemetry::ErrorCode::kInvalidConfig);
      EXPECT_EQ(settings.error().message,
                std::string(name) + "=" + GetParam().text + " is not a whole number of 1 or more");
    } else {
      const auto read = std::string(name) == kNames[3]   ? settings->most_open
                        : std::string(name) == kNames[4] ? settings->bytes_each
                                                         : settings->bytes_together;
      EXPECT_EQ(read, static_cast<std::uint64_t>(GetParam().number));
    }
    ::unsetenv(name);
  }
}

INSTANTIATE_TEST_SUITE_P(SessionSettings, SessionNumbers,
                         ::testing::Values(Value{"one", "1", 1}, Value{"leading_zero", "007", 7},
                                           Value{"largest", "4611686018427387904", std::int64_t{1} << 62U},
                                           Value{"beyond_the_largest", "4611686018427387905", 0},
                                           Value{"beyond_64_bits", "18446744073709551617", 0},
                                           Value{"zero", "0", 0}, Value{"negative", "-1", 0},
                                           Value{"signed", "+1", 0}, Value{"fraction", "1.5", 0},
                                           Value{"exponent", "1e3", 0}, Value{"hexadecimal", "0x10", 0},
                                           Value{"space", " 1", 0}, Value{"trailing_space", "1 ", 0},
                                           Value{"unit", "1GiB", 0}, Value{"word", "many", 0}),
                         [](const auto& test) { return test.param.what; });

class SessionDurations : public SessionVariables, public ::testing::WithParamInterface<Value> {};

TEST_P(SessionDurations, are_read_or_named) {
  for (const char* name : {"CONTAINER_KIT_SESSION_LIFETIME", "CONTAINER_KIT_SESSION_HISTORY",
                           "CONTAINER_KIT_SESSION_CLEANUP_INTERVAL"}) {
    set(name, GetParam().text);
    const auto settings = SessionSettings::from_environment();
    ASSERT_EQ(settings.has_value(), GetParam().number > 0) << name;
    if (!settings) {
      EXPECT_EQ(settings.error().message, std::string(name) + "=" + GetParam().text +
                                              " is not a duration of more than 0: 500ms, 15s, 2m, 24h");
    } else {
      const auto read = std::string(name) == kNames[6]   ? settings->lifetime
                        : std::string(name) == kNames[7] ? settings->history
                                                         : settings->cleanup_interval;
      EXPECT_EQ(read.count(), GetParam().number);
    }
    ::unsetenv(name);
  }
}

INSTANTIATE_TEST_SUITE_P(
    SessionSettings, SessionDurations,
    ::testing::Values(Value{"bare", "1500", 1500}, Value{"milliseconds", "500ms", 500},
                      Value{"seconds", "15s", 15'000}, Value{"minutes", "2m", 120'000},
                      Value{"hours", "24h", 86'400'000},
                      Value{"a_hundred_years", "878400h", std::int64_t{878'400} * 3'600'000},
                      Value{"longer", "878401h", 0}, Value{"overflowing", "9223372036854775807h", 0},
                      Value{"longer_in_milliseconds", "9223372036854775807", 0}, Value{"zero", "0s", 0},
                      Value{"bare_zero", "0", 0}, Value{"negative", "-5m", 0}, Value{"days", "1d", 0},
                      Value{"unit_alone", "h", 0}, Value{"two_units", "1h30m", 0},
                      Value{"fraction", "1.5h", 0}, Value{"space", "1 h", 0}, Value{"upper_case", "1H", 0},
                      Value{"word", "a day", 0}),
    [](const auto& test) { return test.param.what; });

TEST_F(SessionVariables, that_are_wrong_are_all_named_at_once) {
  set("CONTAINER_KIT_SESSION_LIMIT", "ten");
  set("CONTAINER_KIT_SESSION_LIFETIME", "a day");
  const auto settings = SessionSettings::from_environment();
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().message, HasSubstr("CONTAINER_KIT_SESSION_LIMIT=ten is not"));
  EXPECT_THAT(settings.error().message, HasSubstr("; CONTAINER_KIT_SESSION_LIFETIME=a day is not"));
}

TEST_F(SessionVariables, name_the_folder) {
  set("XDG_STATE_HOME", folder_ / "xdg");
  set("HOME", folder_ / "home");
  EXPECT_EQ(read().folder, folder_ / "state/sessions");
  ::unsetenv("CONTAINER_KIT_STATE_DIR");
  EXPECT_EQ(read().folder, folder_ / "xdg/container-kit/sessions");
  set("XDG_STATE_HOME", "relative");
  EXPECT_EQ(read().folder, folder_ / "home/.local/state/container-kit/sessions")
      << "the specification has one ignore a path that is not absolute";
  ::unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(read().folder, folder_ / "home/.local/state/container-kit/sessions");
  ::unsetenv("HOME");
  EXPECT_EQ(read().folder, "");
  set("CONTAINER_KIT_STATE_DIR", "state");
  EXPECT_EQ(read().folder, (std::filesystem::current_path() / "state/sessions").string());
}

TEST_F(SessionVariables, pass_over_a_folder_that_cannot_be_written_to) {
  ::unsetenv("CONTAINER_KIT_STATE_DIR");
  folder_.write("file");
  set("XDG_STATE_HOME", folder_ / "file");  // no folder, for any user
  set("HOME", folder_ / "home");
  EXPECT_EQ(read().folder, folder_ / "home/.local/state/container-kit/sessions");
}

TEST_F(SessionVariables, are_those_that_are_told_of_with_the_defaults_that_hold) {
  const auto variables = session_variables();
  EXPECT_EQ(variables.front().name, "CONTAINER_KIT_STATE_DIR");
  ASSERT_EQ(variables.size(), 7U);
  for (std::size_t i = 1; i < variables.size(); ++i) {
    EXPECT_EQ(variables[i].name, kNames[i + 2]);
    set(kNames[i + 2], variables[i].otherwise);
  }
  const auto settings = read();
  const SessionSettings defaults;
  EXPECT_EQ(settings.most_open, defaults.most_open);
  EXPECT_EQ(settings.bytes_each, defaults.bytes_each);
  EXPECT_EQ(settings.bytes_together, defaults.bytes_together);
  EXPECT_EQ(settings.lifetime, defaults.lifetime);
  EXPECT_EQ(settings.history, defaults.history);
  EXPECT_EQ(settings.cleanup_interval, defaults.cleanup_interval);
}

TEST_F(SessionVariables, are_documented_as_they_are) {
  std::string table = "| variable | default | allowed | what it is |\n| --- | --- | --- | --- |\n";
  for (const auto& variable : session_variables()) {
    table += "| " + variable.name + " | " + variable.otherwise + " | " + variable.allowed + " | " +
             variable.description + " |\n";
  }
  expect_documented("sessions: written by kit_test", "end of sessions", table);
}

}  // namespace
}  // namespace container_kit::kit
