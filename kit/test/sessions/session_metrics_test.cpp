// session_total - session_completed_total is how many sessions are open, whatever happens; and what is
// traced.
#include "sessions/session_metrics.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sessions/sessions_folder.h"

namespace container_kit::kit {
namespace {

class SessionMetricsTest : public SessionsFolder {};

TEST_F(SessionMetricsTest, follow_each_change) {
  const auto done = create();
  const auto failed = create();
  const auto removed = create();
  EXPECT_EQ(open(), 3);
  ASSERT_TRUE(sessions_->complete(done.id));
  EXPECT_EQ(open(), 2);
  now_ += std::chrono::seconds(5);
  ASSERT_TRUE(sessions_->fail(failed.id, "no luck"));
  EXPECT_EQ(open(), 1);
  EXPECT_EQ(metric("session_errors_total{session_type=\"api\"}"), 1);
  EXPECT_EQ(metric("session_duration_seconds_sum{session_type=\"api\"}"), 5);
  ASSERT_TRUE(sessions_->resume(failed.id));
  EXPECT_EQ(open(), 2);
  ASSERT_TRUE(sessions_->resume(failed.id));
  EXPECT_EQ(open(), 2) << "it was open already";
  ASSERT_TRUE(sessions_->remove(removed.id));
  ASSERT_TRUE(sessions_->remove(done.id));
  EXPECT_EQ(open(), 1);
  now_ += settings_.lifetime;
  ASSERT_TRUE(sessions_->clean_up());
  EXPECT_EQ(open(), 0);
  EXPECT_EQ(metric("session_errors_total{session_type=\"api\"}"), 1) << "to expire is no error";
}

TEST_F(SessionMetricsTest, count_what_expired_once_also_where_it_is_removed_before_a_cleaning) {
  const auto session = create();
  now_ += settings_.lifetime;
  ASSERT_TRUE(sessions_->remove(session.id));
  EXPECT_EQ(open(), 0);
  ASSERT_TRUE(sessions_->clean_up());
  EXPECT_EQ(open(), 0);
}

TEST_F(SessionMetricsTest, take_a_refused_session_for_an_error_that_is_over) {
  settings_.most_open = 1;
  restart();
  create();
  EXPECT_FALSE(sessions_->create(SessionType::kApi));
  EXPECT_EQ(open(), 1);
  EXPECT_EQ(metric("session_total{session_type=\"api\"}"), 2);
  EXPECT_EQ(metric("session_errors_total{session_type=\"api\"}"), 1);
  EXPECT_EQ(metric("session_limit"), 1);
}

class SharedMetrics : public SessionsFolder {
 protected:
  SharedMetrics() { static_cast<void>(other_telemetry_.initialize()); }
  double other_open() {
    const std::string body = "\n" + other_telemetry_.scrape().body;
    const auto value = [&body](const std::string& name) {
      const auto at = body.find("\n" + name + "{session_type=\"api\"} ");
      return at == std::string::npos ? 0 : std::stod(body.substr(body.find(' ', at)));
    };
    return value("session_total") - value("session_completed_total");
  }
  static telemetry::Config other_config() {
    auto config = telemetry::Config::testing();
    config.metrics_enabled = true;
    return config;
  }
  // Until `holds`, looking again and again.
  template <typename F>
  static bool wait_until(const F& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    return holds();
  }

  telemetry::Manager other_telemetry_{other_config()};
};

// As after a kill: the counters of the process that made them are gone.
TEST_F(SharedMetrics, of_a_new_process_begin_with_what_it_finds_open) {
  create();
  ASSERT_TRUE(sessions_->complete(create().id));
  sessions_.reset();
  Sessions next(settings_, other_telemetry_);
  EXPECT_EQ(other_open(), 0);
  next.keep();
  EXPECT_TRUE(wait_until([&] { return other_open() == 1; })) << other_open();
}

TEST_F(SharedMetrics, add_up_over_the_processes_that_share_a_folder) {
  settings_.cleanup_interval = std::chrono::milliseconds(1);
  restart();
  const auto first = create();
  sessions_->keep();
  ASSERT_TRUE(wait_until([&] { return metric("session_cleanup_total") >= 2; }));
  EXPECT_EQ(open(), 1);
  auto other = std::make_unique<Sessions>(settings_, other_telemetry_);
  other->keep();
  ASSERT_TRUE(other->complete(first.id));
  ASSERT_TRUE(other->create(SessionType::kApi));
  create();
  EXPECT_EQ(open() + other_open(), 2);
  // The keeper goes, with its counters; the other takes over.
  sessions_.reset();
  EXPECT_TRUE(wait_until([&] { return other_open() == 2; })) << other_open();
}

}  // namespace
}  // namespace container_kit::kit
