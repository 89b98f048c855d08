#include <stdexcept>
#include <thread>
#include <vector>

#include <container_kit/telemetry/span.h>

#include "support/engine_fixture.h"

namespace container_kit::telemetry {
namespace {

using SpanTest = test::EngineFixture;

TEST_F(SpanTest, NestedSpansFormATreeByAmbientContext) {
  {
    ActiveSpan request =
        tracer().start_active_span("http.POST /api/tools/execute", {.kind = SpanKind::kServer});
    {
      ActiveSpan tool = tracer().start_active_span("tool.analyze");
      Span walk = tracer().start_span("analyze.walk");
      Span detect = tracer().start_span("analyze.detect");
    }
    Span respond = tracer().start_span("respond");
  }
  Span other = tracer().start_span("other");
  other.end();
  EXPECT_EQ(tree(),
            "http.POST /api/tools/execute\n"
            "  tool.analyze\n"
            "    analyze.walk\n"
            "    analyze.detect\n"
            "  respond\n"
            "other\n");
}

TEST_F(SpanTest, KeepsTheLastValueOfAKeySetTwice) {
  {
    Span span = tracer().start_span("work", {.attributes = {{"a", 1}, {"b", "x"}, {"a", 2}}});
    span.set_attribute("b", true);
    span.set_attribute("c", 1.5);
    span.set_attribute("a", "last");
  }
  EXPECT_EQ(tree(), "work b=true c=1.5 a=last\n");
}

TEST_F(SpanTest, HoldsEveryTypeOfOtlp) {
  const std::vector<std::int64_t> ints{1, -2};
  const std::vector<std::string_view> texts{"a", "b"};
  const bool bools[] = {true, false};
  const std::vector<double> doubles{0.5};
  const std::vector<std::byte> bytes(3);
  const Attribute inner[] = {{"k", "v"}, {"n", std::span<const std::int64_t>(ints)}};
  {
    Span span = tracer().start_span("types");
    span.set_attributes({{"ints", ints},
                         {"texts", texts},
                         {"bools", std::span<const bool>(bools)},
                         {"doubles", doubles},
                         {"bytes", bytes},
                         {"map", std::span<const Attribute>(inner)},
                         {"empty", AttributeValue()}});
  }
  EXPECT_EQ(tree(),
            "types ints=[1, -2] texts=[a, b] bools=[true, false] doubles=[0.5] bytes=<3 bytes> "
            "map={k=v, n=[1, -2]} empty=\n");
}

TEST_F(SpanTest, OkIsFinalAndErrorKeepsItsLastDescription) {
  {
    Span failed = tracer().start_span("failed");
    failed.set_status(StatusCode::kError, "first");
    failed.set_status(StatusCode::kError, "second");
    failed.set_status(StatusCode::kUnset);
    Span fine = tracer().start_span("fine");
    fine.set_status(StatusCode::kError, "was wrong");
    fine.set_status(StatusCode::kOk, "no description goes with Ok");
    fine.set_status(StatusCode::kError, "too late");
  }
  EXPECT_EQ(tree(), "failed !second\nfine ok\n");
}

TEST_F(SpanTest, EndsOnceAndIgnoresWhatComesAfter) {
  Span span = tracer().start_span("once");
  EXPECT_TRUE(span.is_recording());
  span.end();
  EXPECT_FALSE(span.is_recording());
  span.end();
  span.set_attribute("late", 1);
  span.add_event("late");
  span.update_name("late");
  EXPECT_EQ(tree(), "once\n");
}

TEST_F(SpanTest, AHandleToAnEndedSpanDoesNotTouchItsSlotsNextUser) {
  Span first = tracer().start_span("first");
  const Context stale = first.as_context();
  first.end();
  Span second = tracer().start_span("second");  // takes the same slot
  {
    const ContextScope scope{stale};
    first.set_attribute("intruder", true);
  }
  second.end();
  EXPECT_EQ(tree(), "first\nsecond\n");
}

TEST_F(SpanTest, TakesExplicitTimesAndNeverEndsBeforeItsStart) {
  const TimePoint start{std::chrono::seconds(1'000)};
  Span span = tracer().start_span("timed", {.start_time = start});
  span.add_event("then", start + std::chrono::seconds(1));
  span.end(start + std::chrono::seconds(2));
  Span backwards = tracer().start_span("backwards", {.start_time = start});
  backwards.end(start - std::chrono::seconds(5));
  const auto spans = finished();
  ASSERT_EQ(spans.size(), 2U);
  const auto timed = read_span(spans[0]);
  EXPECT_EQ(timed->start_time, 1'000'000'000'000);
  EXPECT_EQ(timed->end_time, 1'002'000'000'000);
  EXPECT_EQ(timed->events.at(0).time, 1'001'000'000'000);
  EXPECT_EQ(read_span(spans[1])->duration(), 0);
}

TEST_F(SpanTest, CountsWhatExceedsItsLimits) {
  trace::EngineOptions options;
  options.limits.attributes = 2;
  options.limits.events = 1;
  start(options);
  {
    Span span = tracer().start_span("limited");
    span.set_attributes({{"a", 1}, {"b", 2}, {"c", 3}});
    span.set_attribute("a", 4);  // replaces: within the limit
    span.add_event("one");
    span.add_event("two");
    span.set_attribute("", "the specification forbids an empty key");
  }
  const auto spans = finished();
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(test::draw_tree(spans), "limited b=2 a=4 @one\n");
  // dropped_attributes_count is field 10, dropped_events_count field 12: two attributes, one event.
  EXPECT_NE(spans[0].find("\x50\x02"), std::string::npos);
  EXPECT_NE(spans[0].find("\x60\x01"), std::string::npos);
}

TEST_F(SpanTest, OutgrowsItsSlotWithoutLoss) {
  std::string expected = "large";
  {
    Span span = tracer().start_span("large");
    for (int index = 0; index < 100; ++index) {
      const std::string key = "key." + std::to_string(index);
      const std::string value(200, static_cast<char>('a' + index % 26));
      span.set_attribute(key, value);
      expected += " " + key + "=" + value;
    }
  }
  EXPECT_EQ(tree(), expected + "\n");
}

TEST_F(SpanTest, MakesTextsValidUtf8) {
  {
    Span span =
        tracer().start_span("bad \xFF name", {.attributes = {{"k\xC3", "\xE2\x82 cut"}, {"ok", "ä€😀"}}});
  }
  EXPECT_EQ(tree(), "bad \uFFFD name k\uFFFD=\uFFFD cut ok=ä€😀\n");
}

TEST_F(SpanTest, RecordsExceptionsByTheConventions) {
  {
    Span span = tracer().start_span("throws");
    span.record_exception(std::runtime_error("no such file"));
  }
  const auto spans = finished();
  const auto span = read_span(spans.at(0));
  ASSERT_EQ(span->events.size(), 1U);
  EXPECT_EQ(span->events[0].name, "exception");
  EXPECT_EQ(span->events[0].attributes.at(0).display(), "std::runtime_error");
  EXPECT_EQ(span->events[0].attributes.at(1).display(), "no such file");
}

TEST_F(SpanTest, EndsOnAnotherThreadThanItBeganOn) {
  Span span = tracer().start_span("wanders");
  const Context context = span.as_context();
  std::thread([span = std::move(span), context, this]() mutable {
    const ContextScope scope{context};
    Span child = tracer().start_span("child");
    child.end();
    span.set_attribute("ended.elsewhere", true);
  }).join();
  EXPECT_EQ(tree(), "wanders ended.elsewhere=true\n  child\n");
}

TEST_F(SpanTest, ConcurrentUseOfOneSpanLosesNothing) {
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  {
    Span span = tracer().start_span("shared");
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&span, thread] {
        for (int index = 0; index < kEach; ++index) {
          span.set_attribute("k" + std::to_string(thread) + "." + std::to_string(index), index);
          span.add_event("e");
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const auto spans = finished();
  ASSERT_EQ(spans.size(), 1U);
  const auto span = read_span(spans[0]);
  EXPECT_EQ(span->attributes.size(), std::size_t{kThreads * kEach});
  EXPECT_EQ(span->events.size(), std::size_t{kThreads * kEach});
}

TEST_F(SpanTest, ConcurrentThreadsDeliverEverySpanExactlyOnce) {
  constexpr int kThreads = 4;
  constexpr int kEach = 20'000;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this] {
      const Tracer mine = tracer();
      for (int index = 0; index < kEach; ++index) Span span = mine.start_span("work");
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<SpanId> ids;
  for (const std::string& bytes : finished()) ids.push_back(read_span(bytes)->span_id);
  const auto dropped = engine_->totals().dropped;
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  EXPECT_EQ(ids.size() + dropped, std::size_t{kThreads * kEach});
}

TEST_F(SpanTest, AnUnsampledParentMakesUnsampledChildrenOfTheSameTrace) {
  SpanContext remote;
  remote.trace_id.bytes.fill(7);
  remote.span_id.bytes.fill(9);
  remote.is_remote = true;
  const Context parent(remote);
  Span span = tracer().start_span("unsampled", {.parent = &parent});
  EXPECT_FALSE(span.is_recording());
  EXPECT_EQ(span.context().trace_id, remote.trace_id);
  EXPECT_NE(span.context().span_id, remote.span_id);
  EXPECT_TRUE(span.context().is_valid());
  span.end();
  EXPECT_EQ(tree(), "");
}

TEST_F(SpanTest, DoesNothingAfterItsEngineHasClosed) {
  Span open = tracer().start_span("open");
  const Tracer late = tracer();
  stop();
  open.set_attribute("a", 1);
  open.add_event("e");
  open.end();
  EXPECT_FALSE(late.enabled());
  EXPECT_FALSE(late.start_span("late").is_recording());
}

}  // namespace
}  // namespace container_kit::telemetry
