#include "trace/leak_watch.h"

#include <mutex>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

namespace container_kit::telemetry::trace {
namespace {

using std::chrono::minutes;
using std::chrono::nanoseconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t kStart = 1'700'000'000'000'000'000;

class LeakWatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    EngineOptions options;
    options.clock = base::Clock::Source::kManual;
    options.flight_bytes = std::size_t{4} << 20;
    engine_ = *Engine::create(options);
    pass(minutes(0));
    watch_.emplace(*engine_, minutes(10));
  }
  void TearDown() override { engine_->close(); }

  void pass(nanoseconds time) {
    passed_ += time;
    engine_->clock().set(kStart + passed_.count());
  }
  Tracer tracer() { return Tracer(engine_, &engine_->mode(), engine_->register_scope({.name = "shop"})); }

  Engine* engine_ = nullptr;
  nanoseconds passed_{0};
  std::optional<LeakWatch> watch_;
};

TEST_F(LeakWatchTest, NamesASpanOnceWhenItIsOpenForTooLong) {
  Span early = tracer().start_span("early");
  pass(minutes(6));
  Span late = tracer().start_span("late");
  EXPECT_THAT(watch_->look(), IsEmpty());
  pass(minutes(4));
  const auto leaks = watch_->look();
  ASSERT_THAT(leaks, SizeIs(1));
  EXPECT_EQ(leaks[0].name, "early");
  EXPECT_EQ(leaks[0].scope, "shop");
  EXPECT_EQ(leaks[0].trace_id, early.context().trace_id);
  EXPECT_EQ(leaks[0].span_id, early.context().span_id);
  EXPECT_EQ(leaks[0].age, minutes(10));
  EXPECT_THAT(watch_->look(), IsEmpty());
  EXPECT_EQ(watch_->found().count, 1U);
  pass(minutes(10));
  EXPECT_THAT(watch_->look(), SizeIs(1));
  EXPECT_EQ(watch_->found().count, 2U);
  EXPECT_EQ(watch_->found().oldest, minutes(20));
  EXPECT_EQ(watch_->found().oldest_name, "early");
  early.end();
  late.end();
  EXPECT_THAT(watch_->look(), IsEmpty());
  EXPECT_EQ(watch_->found().count, 0U);
}

TEST_F(LeakWatchTest, TellsWhereItBeganByWhatLivesAboveIt) {
  const ActiveSpan request = tracer().start_active_span("http.POST /api");
  ActiveSpan tool = tracer().start_active_span("tool.analyze");
  Span query = tracer().start_span("db.query");
  query.update_name("db.select");
  query.set_attribute("long", std::string(4'000, 'x'));  // in a block, and its name behind it
  pass(minutes(11));
  const auto leaks = watch_->look();
  ASSERT_THAT(leaks, SizeIs(3));
  const auto is_query = [&](const SpanLeak& leak) { return leak.span_id == query.context().span_id; };
  const auto leak = std::find_if(leaks.begin(), leaks.end(), is_query);
  ASSERT_NE(leak, leaks.end());
  EXPECT_EQ(leak->name, "db.select");
  EXPECT_EQ(leak->below, "http.POST /api > tool.analyze");
  const std::string line = leak->describe();
  EXPECT_THAT(line, HasSubstr("span leak: name=\"db.select\" age=660s trace_id=" +
                              query.context().trace_id.to_hex()));
  EXPECT_THAT(line, HasSubstr("below=\"http.POST /api > tool.analyze\""));
}

TEST_F(LeakWatchTest, ASlotUsedAgainIsAnotherSpan) {
  for (int round = 0; round < 3; ++round) {
    Span span = tracer().start_span("span");
    pass(minutes(10));
    EXPECT_THAT(watch_->look(), SizeIs(1)) << round;
  }
}

TEST_F(LeakWatchTest, NamesManyOverSeveralLooks) {
  std::vector<Span> spans;
  for (std::size_t i = 0; i < 2 * LeakWatch::kMostNamed + 3; ++i)
    spans.push_back(tracer().start_span("span"));
  pass(minutes(10));
  EXPECT_THAT(watch_->look(), SizeIs(LeakWatch::kMostNamed));
  EXPECT_EQ(watch_->found().count, spans.size());
  EXPECT_THAT(watch_->look(), SizeIs(LeakWatch::kMostNamed));
  EXPECT_THAT(watch_->look(), SizeIs(3));
  EXPECT_THAT(watch_->look(), IsEmpty());
}

TEST_F(LeakWatchTest, ConcurrentlyUsedSpansAreReadWhole) {
  std::atomic<bool> stop{false};
  std::thread user([&] {
    while (!stop) {
      Span span = tracer().start_span("concurrent");
      span.set_attributes({{"a", 1}, {"b", "text"}});
      span.update_name("renamed");
    }
  });
  const LeakWatch::Found nothing = watch_->found();
  LeakWatch eager(*engine_, nanoseconds(1));
  for (int i = 0; i < 500; ++i) {
    pass(nanoseconds(5));
    for (const SpanLeak& leak : eager.look()) {
      EXPECT_TRUE(leak.name == "concurrent" || leak.name == "renamed" || leak.name.empty()) << leak.name;
    }
  }
  stop = true;
  user.join();
  EXPECT_EQ(nothing.count, 0U);
}

TEST(SpanLeak, IsLoggedAndInHealth) {
  std::mutex mutex;
  std::vector<std::string> lines;
  Config config;
  config.traces_to_nowhere = true;
  config.span_leak_after = std::chrono::milliseconds(1);
  config.log_sink = [&](LogLevel level, std::string_view line) {
    const std::lock_guard lock(mutex);
    if (level == LogLevel::kWarn) lines.emplace_back(line);
  };
  Manager manager(config);
  ASSERT_TRUE(manager.initialize());
  const ActiveSpan span = manager.tracing().start_span("never.ended");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (manager.health().span_leaks.count == 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  const Health health = manager.health();
  EXPECT_EQ(health.span_leaks.count, 1U);
  EXPECT_EQ(health.span_leaks.oldest_name, "never.ended");
  EXPECT_THAT(health.to_json(), HasSubstr(R"("span_leaks":{"count":1,)"));
  static_cast<void>(manager.shutdown(std::chrono::seconds(5)));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("span leak: name=\"never.ended\"")));
}

}  // namespace
}  // namespace container_kit::telemetry::trace
