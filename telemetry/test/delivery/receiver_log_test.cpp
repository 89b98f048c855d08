#include "delivery/receiver_log.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::telemetry::delivery {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReceiverLogTest : public ::testing::Test {
 protected:
  std::vector<std::string> take() { return std::exchange(lines_, {}); }
  void pass(std::chrono::seconds time) { now_ += time; }

  std::vector<std::string> lines_;
  ReceiverLog::Time now_{std::chrono::hours(1)};
  base::Log base_{LogLevel::kInfo, [this](LogLevel, std::string_view line) { lines_.emplace_back(line); }};
  ReceiverLog log_{base_, "otlp receiver http://collector:4318/v1/traces", [this] { return now_; }};
};

TEST_F(ReceiverLogTest, an_outage_is_one_line_when_it_begins_and_one_when_it_is_over) {
  log_.answered();
  EXPECT_THAT(take(), IsEmpty());
  for (int attempt = 0; attempt < 100; ++attempt) {
    log_.failed("no connection");
    pass(std::chrono::seconds(30));
  }
  EXPECT_THAT(take(), ElementsAre(HasSubstr("no connection")));
  for (int request = 0; request < 100; ++request) log_.answered();
  EXPECT_THAT(take(), ElementsAre("otlp receiver http://collector:4318/v1/traces is back"));
}

TEST_F(ReceiverLogTest, a_receiver_that_comes_and_goes_is_told_of_once_a_minute) {
  for (int second = 0; second < 120; ++second) {
    log_.failed("no connection");
    log_.answered();
    pass(std::chrono::seconds(1));
  }
  EXPECT_THAT(take(), ElementsAre(HasSubstr("no connection"), HasSubstr("is back"),
                                  AllOf(HasSubstr("no connection"), HasSubstr("59 short outages")),
                                  HasSubstr("is back")));
}

TEST_F(ReceiverLogTest, an_outage_that_begins_within_the_pause_is_told_of_when_it_lasts) {
  log_.failed("no connection");
  log_.answered();
  pass(std::chrono::seconds(10));
  take();
  for (int second = 0; second < 50; ++second) {
    log_.failed("no connection");
    pass(std::chrono::seconds(1));
  }
  EXPECT_THAT(take(), IsEmpty());
  log_.failed("no connection");
  EXPECT_THAT(take(), ElementsAre("no connection; what it does not take is kept and sent later"));
  log_.answered();
  EXPECT_THAT(take(), ElementsAre(HasSubstr("is back")));
}

TEST_F(ReceiverLogTest, what_is_refused_is_added_up_and_told_once_an_hour_and_anew_for_another_reason) {
  log_.refused(1, "span", "HTTP status 400");
  EXPECT_THAT(take(), ElementsAre(HasSubstr("HTTP status 400; 1 span dropped")));
  for (int minute = 0; minute < 59; ++minute) {
    pass(std::chrono::minutes(1));
    log_.refused(2, "span", "HTTP status 400");
  }
  EXPECT_THAT(take(), IsEmpty());
  pass(std::chrono::minutes(1));
  log_.refused(2, "span", "HTTP status 400");
  EXPECT_THAT(take(), ElementsAre(HasSubstr("HTTP status 400; 120 spans dropped")));
  pass(std::chrono::seconds(59));
  log_.refused(1, "span", "HTTP status 413");
  EXPECT_THAT(take(), IsEmpty());
  pass(std::chrono::seconds(1));
  log_.refused(1, "span", "HTTP status 413");
  EXPECT_THAT(take(), ElementsAre(HasSubstr("HTTP status 413; 2 spans dropped")));
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
