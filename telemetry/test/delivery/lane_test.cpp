#include "delivery/lane.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/spool_folder.h"
#include "protocol/otlp_request.h"
#include "support/temporary_folder.h"

namespace container_kit::telemetry::delivery {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{20};

// A receiver that does as it is told.
class Receiver {
 public:
  SendResult take(std::string_view request) {
    std::unique_lock lock(mutex_);
    ++attempts_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    if (answer_.outcome == SendOutcome::kDelivered) taken_.emplace_back(request);
    return answer_;
  }
  void answer(SendResult result) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(result);
  }
  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  bool wait_for_attempts(int count, milliseconds patience = kPatience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return attempts_ >= count; });
  }
  int attempts() {
    const std::lock_guard lock(mutex_);
    return attempts_;
  }
  std::vector<std::string> taken() {
    const std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  SendResult answer_;
  bool held_ = false;
  int attempts_ = 0;
  std::vector<std::string> taken_;
};

class ReceiverExporter : public SpanExporter {
 public:
  ReceiverExporter(Receiver& receiver, bool can_resume) : receiver_(receiver), can_resume_(can_resume) {}
  SendResult send(std::string_view request, std::uint32_t, base::Deadline) override {
    return receiver_.take(request);
  }
  void cancel() noexcept override {
    receiver_.answer({SendOutcome::kRetry, "cancelled"});
    receiver_.hold(false);
  }
  bool can_resume() const noexcept override { return can_resume_; }
  std::string name() const override { return "test"; }
  std::string endpoint() const override { return "receiver"; }

 private:
  Receiver& receiver_;
  bool can_resume_;
};

class LaneTest : public ::testing::Test {
 protected:
  ~LaneTest() override { lane_.reset(); }

  void start(bool with_spool, std::size_t queue_bytes = std::size_t{1} << 20, std::size_t queue_spans = 0) {
    LaneOptions options;
    options.queue_bytes = queue_bytes;
    options.queue_spans = queue_spans;
    options.backoff = {milliseconds(1), milliseconds(4)};
    options.on_settled = [this] {
      const std::lock_guard lock(mutex_);
      changed_.notify_all();
    };
    if (with_spool) options.spool = [this](bool make) { return open_spool(make); };
    lane_ = std::make_unique<Lane>(std::make_unique<ReceiverExporter>(receiver_, can_resume_),
                                   std::move(options), log_);
  }
  Expected<std::unique_ptr<Spool>> open_spool(bool make) {
    if (!make && !fs::exists(root_ / "test")) return std::unique_ptr<Spool>();
    auto folder = SpoolFolder::claim(root_.string(), "test");
    if (!folder) return folder.error();
    return Spool::open(std::move(*folder), {}, &base::system_now);
  }
  void put(const std::string& request) {
    lane_->put(std::make_shared<const Parcel>(Parcel{++sequence_, request, 1}));
  }
  template <typename Condition>
  static bool wait_until(Condition condition) {
    const auto patience = std::chrono::steady_clock::now() + kPatience;
    while (!condition() && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    return condition();
  }
  bool wait_until_settled(std::uint64_t sequence) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return lane_->settled() >= sequence; });
  }
  bool stop(std::chrono::milliseconds within = kPatience) {
    return lane_->stop(base::Deadline::after(within));
  }

  test::TemporaryFolder folder_;
  fs::path root_ = folder_.path();
  Receiver receiver_;
  bool can_resume_ = true;
  std::vector<std::string> lines_;  // of the log; written by one thread at a time
  base::Log log_{LogLevel::kInfo, [this](LogLevel, std::string_view line) { lines_.emplace_back(line); }};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t sequence_ = 0;
  std::unique_ptr<Lane> lane_;
};

TEST_F(LaneTest, delivers_in_order) {
  start(false);
  for (const char* request : {"a", "b", "c"}) put(request);
  ASSERT_TRUE(wait_until_settled(3));
  EXPECT_THAT(receiver_.taken(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(lane_->health().exported_spans, 3U);
  EXPECT_EQ(lane_->health().state, ExporterState::kOk);
}

TEST_F(LaneTest, no_more_spans_wait_than_may_and_the_oldest_go) {
  start(false, std::size_t{1} << 20, 2);
  receiver_.hold(true);
  put("sending");
  ASSERT_TRUE(wait_until([&] { return receiver_.attempts() == 1; }));
  for (const char* request : {"a", "b", "c", "d"}) put(request);
  EXPECT_EQ(lane_->health().queued_spans, 3U);
  EXPECT_EQ(lane_->health().dropped_for_room, 2U);
  receiver_.hold(false);
  ASSERT_TRUE(wait_until_settled(5));
  EXPECT_THAT(receiver_.taken(), ElementsAre("sending", "c", "d"));
}

TEST_F(LaneTest, what_fails_is_spooled_at_once_and_sent_on_in_order_when_the_receiver_is_back) {
  start(true);
  receiver_.answer({SendOutcome::kRetry, "receiver is away"});
  for (const char* request : {"a", "b", "c"}) put(request);
  ASSERT_TRUE(wait_until_settled(3));
  EXPECT_EQ(lane_->health().state, ExporterState::kSpooling);
  EXPECT_EQ(lane_->health().spool_spans, 3U);
  receiver_.answer({});
  put("d");
  lane_->hurry();
  while (lane_->health().exported_spans < 4) lane_->hurry();
  EXPECT_THAT(receiver_.taken(), ElementsAre("a", "b", "c", "d"));
  ASSERT_TRUE(stop());
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("receiver is away"), HasSubstr("is back")));
}

TEST_F(LaneTest, what_was_spooled_is_sent_by_the_next_start) {
  start(true);
  receiver_.answer({SendOutcome::kRetry, "receiver is away"});
  put("a");
  ASSERT_TRUE(stop());
  EXPECT_THAT(receiver_.taken(), ElementsAre());
  receiver_.answer({});
  start(true);
  while (lane_->health().exported_spans < 1) lane_->hurry();
  EXPECT_THAT(receiver_.taken(), ElementsAre("a"));
}

TEST_F(LaneTest, a_stop_while_the_last_of_the_spool_is_sent_delivers_what_came_meanwhile) {
  receiver_.answer({SendOutcome::kRetry, "away"});
  start(true);
  put("spooled");
  ASSERT_TRUE(wait_until_settled(1));
  lane_.reset();
  receiver_.answer({});
  receiver_.hold(true);
  const int attempts = receiver_.attempts();
  start(true);
  ASSERT_TRUE(receiver_.wait_for_attempts(attempts + 1));
  put("queued");
  const base::Deadline deadline = base::Deadline::after(kPatience);
  lane_->begin_stop(deadline);
  // Longer than it takes to write down that the spool is empty.
  EXPECT_FALSE(receiver_.wait_for_attempts(attempts + 2, milliseconds(100)));
  receiver_.hold(false);
  EXPECT_TRUE(lane_->stop(deadline));
  EXPECT_THAT(receiver_.taken(), ElementsAre("spooled", "queued"));
}

TEST_F(LaneTest, a_stop_sends_on_what_is_spooled_while_the_receiver_answers) {
  receiver_.answer({SendOutcome::kRetry, "away"});
  start(true);
  for (const char* name : {"one", "two", "three"}) put(name);
  ASSERT_TRUE(wait_until_settled(3));
  lane_.reset();
  EXPECT_TRUE(receiver_.taken().empty());
  receiver_.answer({});
  start(true);
  put("four");
  EXPECT_TRUE(lane_->stop(base::Deadline::after(kPatience)));
  EXPECT_THAT(receiver_.taken(), ElementsAre("one", "two", "three", "four"));
}

TEST_F(LaneTest, a_stop_leaves_the_spool_of_a_receiver_that_is_away_alone) {
  receiver_.answer({SendOutcome::kRetry, "away"});
  start(true);
  put("one");
  ASSERT_TRUE(wait_until_settled(1));
  const int attempts = receiver_.attempts();
  EXPECT_TRUE(lane_->stop(base::Deadline::after(kPatience)));
  EXPECT_LE(receiver_.attempts(), attempts + 1);
}

TEST_F(LaneTest, without_a_spool_what_fails_is_kept_and_the_oldest_dropped_beyond_the_bound) {
  start(false, 10);
  receiver_.answer({SendOutcome::kRetry, "receiver is away"});
  for (char c = 'a'; c <= 'e'; ++c) put(std::string(4, c));
  ASSERT_TRUE(receiver_.wait_for_attempts(3));
  receiver_.answer({});
  ASSERT_TRUE(wait_until_settled(5));
  const ExporterHealth health = lane_->health();
  EXPECT_EQ(health.exported_spans + health.dropped_for_room, 5U);
  EXPECT_GE(health.dropped_for_room, 2U);
  EXPECT_EQ(receiver_.taken().back(), "eeee");
}

TEST_F(LaneTest, what_is_refused_is_dropped_counted_and_told_once) {
  start(true);
  receiver_.answer({SendOutcome::kRejected, "HTTP status 400"});
  for (const char* request : {"a", "b"}) put(request);
  ASSERT_TRUE(wait_until_settled(2));
  EXPECT_EQ(lane_->health().rejected_spans, 2U);
  EXPECT_EQ(lane_->health().state, ExporterState::kFailing);
  ASSERT_TRUE(stop());
  EXPECT_EQ(lines_.size(), 1U);
}

TEST_F(LaneTest, a_receiver_that_hangs_holds_up_a_stop_no_longer_than_its_deadline) {
  start(true);
  receiver_.hold(true);
  put("a");
  ASSERT_TRUE(receiver_.wait_for_attempts(1));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(stop(milliseconds(50)));  // to the spool
  EXPECT_LT(std::chrono::steady_clock::now() - begun, kPatience);
  EXPECT_EQ(lane_->health().spool_spans, 1U);
}

TEST_F(LaneTest, a_receiver_that_hangs_while_the_queue_fills_is_not_waited_for) {
  start(true);
  receiver_.hold(true);
  put("a");
  ASSERT_TRUE(receiver_.wait_for_attempts(1));
  put(std::string(600'000, 'x'));  // more than half of what the queue may hold
  for (int count = 0; lane_->health().spooled_spans == 0 && count < 1'000; ++count) {
    put("y");  // it is then that it looks how long it has been waiting
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, milliseconds(20));
  }
  ASSERT_TRUE(wait_until_settled(sequence_));  // spooled
  EXPECT_EQ(lane_->health().dropped_for_room, 0U);
  receiver_.answer({});
  ASSERT_TRUE(wait_until([this] { return lane_->health().spool_spans == 0; }));
  EXPECT_EQ(receiver_.taken().size(), sequence_);
}

// What the console does not take is not spooled: it is waited for, and the oldest is dropped.
TEST_F(LaneTest, one_that_cannot_go_on_after_a_cancellation_is_waited_for) {
  can_resume_ = false;
  start(true, 1'000);
  receiver_.hold(true);
  put("a");
  ASSERT_TRUE(receiver_.wait_for_attempts(1));
  for (int count = 0; count < 20; ++count) {
    put(std::string(600, 'x'));
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, milliseconds(20));
  }
  EXPECT_EQ(lane_->health().spooled_spans, 0U);
  receiver_.hold(false);
  ASSERT_TRUE(wait_until_settled(sequence_));
  EXPECT_EQ(lane_->health().exported_spans + lane_->health().dropped_for_room, sequence_);
}

TEST_F(LaneTest, a_stop_without_a_spool_says_that_something_is_left) {
  start(false);
  receiver_.answer({SendOutcome::kRetry, "receiver is away"});
  put("a");
  EXPECT_FALSE(stop());
}

TEST_F(LaneTest, a_spool_that_cannot_be_written_is_given_up_with_one_warning) {
  std::ofstream(root_ / "test") << "in the way";
  start(true);
  receiver_.answer({SendOutcome::kRetry, "receiver is away"});
  put("a");
  ASSERT_TRUE(receiver_.wait_for_attempts(3));
  receiver_.answer({});
  ASSERT_TRUE(wait_until_settled(1));
  ASSERT_TRUE(stop());
  EXPECT_THAT(lines_, ::testing::Contains(HasSubstr("CONTAINER_KIT_SPOOL_DIR")).Times(1));
}

// A receiver that takes one span at a time.
class PickyExporter : public SpanExporter {
 public:
  explicit PickyExporter(std::vector<std::string>& taken) : taken_(taken) {}
  SendResult send(std::string_view request, std::uint32_t span_count, base::Deadline) override {
    if (span_count > 1) return {SendOutcome::kTooLarge, "too large"};
    const auto resources = protocol::read_otlp_traces(request);
    if (!resources) return {SendOutcome::kRejected, "unreadable"};
    taken_.emplace_back(resources->front().scopes.front().spans.front());
    return {};
  }
  std::string name() const override { return "picky"; }
  std::string endpoint() const override { return "receiver"; }

 private:
  std::vector<std::string>& taken_;
};

TEST_F(LaneTest, a_request_that_is_too_large_goes_in_halves) {
  std::vector<std::string> taken;
  lane_ = std::make_unique<Lane>(std::make_unique<PickyExporter>(taken), LaneOptions{}, log_);
  const std::vector<protocol::ScopeSpans> scopes{{"", "", {"1", "2", "3"}}, {"\x0a\x01x", "", {"4", "5"}}};
  std::string request;
  protocol::append_otlp_traces(request, "", scopes);
  lane_->put(std::make_shared<const Parcel>(Parcel{1, request, 5}));
  ASSERT_TRUE(stop());
  EXPECT_THAT(taken, ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(lane_->health().exported_spans, 5U);
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
