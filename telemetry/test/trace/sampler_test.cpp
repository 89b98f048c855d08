#include <gmock/gmock.h>

#include <container_kit/telemetry/sampler.h>

#include "support/engine_fixture.h"

namespace container_kit::telemetry {
namespace {

using ::testing::StartsWith;

class SamplerTest : public test::EngineFixture {
 protected:
  void start_with(SamplerPtr sampler) {
    trace::EngineOptions options;
    options.sampler = std::move(sampler);
    start(options);
  }
  static Context remote(bool sampled, const std::string& trace_state = {}) {
    SpanContext span;
    span.trace_id.bytes.fill(0x11);
    span.span_id.bytes.fill(0x22);
    span.flags = sampled ? TraceFlags::kSampled : TraceFlags::kNone;
    span.is_remote = true;
    return Context(span, std::make_shared<const ContextExtras>(ContextExtras{trace_state, {}}));
  }
};

TEST_F(SamplerTest, TheRatioIsKept) {
  start_with(trace_id_ratio(0.25));
  int sampled = 0;
  constexpr int kSpans = 20'000;
  for (int index = 0; index < kSpans; ++index) sampled += tracer().start_span("x").is_recording() ? 1 : 0;
  // Five standard deviations of a binomial distribution: 5 * sqrt(20000 * 0.25 * 0.75) = 306.
  EXPECT_NEAR(sampled, kSpans * 0.25, 306);
}

TEST_F(SamplerTest, TheRatioIsConsistentAndTellsItsThreshold) {
  start_with(trace_id_ratio(0.5));
  // R = 0x11111111111111 is below the threshold 0x80000000000000.
  const Context low = remote(true);
  EXPECT_FALSE(tracer().start_span("low", {.parent = &low}).is_recording());
  const Context high = remote(true, "ot=rv:fedcba98765432,vendor=x");
  Span span = tracer().start_span("high", {.parent = &high});
  EXPECT_TRUE(span.is_recording());
  EXPECT_EQ(span.as_context().trace_state(), "ot=th:8;rv:fedcba98765432,vendor=x");
}

TEST_F(SamplerTest, TheDefaultRatioTellsItsThresholdToo) {
  trace::EngineOptions options;
  options.root_threshold = trace::sampling_threshold(0.999999);
  start(options);
  Span span = tracer().start_span("root");
  ASSERT_TRUE(span.is_recording());
  EXPECT_THAT(std::string(span.as_context().trace_state()), StartsWith("ot=th:00001"));
  EXPECT_TRUE(has(span.context().flags, TraceFlags::kRandom));
}

TEST_F(SamplerTest, TheDefaultRatioTellsItsThresholdWhereOthersHaveASayToo) {
  trace::EngineOptions options;
  options.root_threshold = trace::sampling_threshold(0.999999);
  options.record_for_tail = true;
  start(options);
  Span span = tracer().start_span("root");
  ASSERT_TRUE(span.context().is_sampled());
  EXPECT_THAT(std::string(span.as_context().trace_state()), StartsWith("ot=th:00001"));
}

TEST_F(SamplerTest, ParentBasedAsksTheDelegateOfTheParentsKind) {
  start_with(parent_based({.root = always_off(), .remote_parent_not_sampled = always_on()}));
  EXPECT_FALSE(tracer().start_span("root").is_recording());
  const Context sampled = remote(true);
  const Context unsampled = remote(false);
  EXPECT_TRUE(tracer().start_span("of sampled", {.parent = &sampled}).is_recording());
  Span revived = tracer().start_span("of unsampled", {.parent = &unsampled});
  EXPECT_TRUE(revived.is_recording());
  EXPECT_TRUE(revived.context().is_sampled());
  const Context& local = revived.as_context();
  EXPECT_TRUE(tracer().start_span("local", {.parent = &local}).is_recording());
}

TEST_F(SamplerTest, RulesGoByNameKindAndAttribute) {
  start_with(
      rule_based({{.name = "http.GET /health", .sampler = nullptr},
                  {.kind = SpanKind::kClient, .sampler = always_off()},
                  {.name = "tool.*", .attribute = "tool.name", .value = "ping*", .sampler = always_off()}},
                 always_on()));
  EXPECT_FALSE(tracer().start_span("http.GET /health").is_recording());
  EXPECT_FALSE(tracer().start_span("call", {.kind = SpanKind::kClient}).is_recording());
  EXPECT_FALSE(tracer().start_span("tool.x", {.attributes = {{"tool.name", "pinger"}}}).is_recording());
  EXPECT_TRUE(tracer().start_span("tool.x", {.attributes = {{"tool.name", "analyze"}}}).is_recording());
  EXPECT_TRUE(tracer().start_span("http.GET /healthy").is_recording());
}

TEST_F(SamplerTest, RateLimitingAllowsABurstOfOneSecond) {
  start_with(rate_limiting(10));
  int sampled = 0;
  for (int index = 0; index < 1'000; ++index) sampled += tracer().start_span("x").is_recording() ? 1 : 0;
  EXPECT_GE(sampled, 10);
  EXPECT_LE(sampled, 13);  // and what a slow machine earns meanwhile
}

TEST_F(SamplerTest, DescribesItselfAsTheSpecificationDoes) {
  EXPECT_EQ(trace_id_ratio(0.1)->description(), "TraceIdRatioBased{0.1}");
  EXPECT_EQ(parent_based({.root = always_off()})->description(), "ParentBased{root:AlwaysOffSampler}");
}

class TailTest : public test::EngineFixture {
 protected:
  void SetUp() override {
    trace::EngineOptions options;
    options.root_threshold = trace::kSampleNever;
    options.record_for_tail = true;
    tail_ = {true, std::chrono::milliseconds(100), std::size_t{1} << 20};
    start(options);
  }
};

TEST_F(TailTest, KeepsFailedAndSlowTracesWholeAndForgetsTheOthers) {
  const TimePoint start{std::chrono::seconds(1'000)};
  {
    ActiveSpan fine = tracer().start_active_span("fine");
    Span child = tracer().start_span("child of fine");
  }
  {
    ActiveSpan failed = tracer().start_active_span("failed");
    Span child = tracer().start_span("child of failed");
    EXPECT_FALSE(child.context().is_sampled());
    failed.set_status(StatusCode::kError, "no");
  }
  Span slow = tracer().start_span("slow", {.root = true, .start_time = start});
  slow.end(start + std::chrono::milliseconds(101));
  Span quick = tracer().start_span("quick", {.root = true, .start_time = start});
  quick.end(start + std::chrono::milliseconds(99));
  EXPECT_EQ(tree(), "slow\nfailed !no\n  child of failed\n");
  EXPECT_EQ(exporter_->tail().discarded(), 3U);
  EXPECT_EQ(exporter_->tail().waiting(), 0U);
}

TEST_F(TailTest, ASpanThatComesAfterItsRootFollowsTheDecision) {
  Span late;
  {
    ActiveSpan failed = tracer().start_active_span("failed");
    late = tracer().start_span("late");
    failed.set_status(StatusCode::kError);
  }
  EXPECT_EQ(tree(), "failed !\n");
  late.end();
  EXPECT_EQ(finished().size(), 1U);
}

TEST_F(TailTest, IsBoundedAndCountsWhatMadeRoom) {
  Span root = tracer().start_span("root");
  const Context& parent = root.as_context();
  const std::string large(4'000, 'x');
  for (int index = 0; index < 600; ++index) {
    Span child = tracer().start_span("child", {.parent = &parent, .attributes = {{"large", large}}});
    child.end();
    if (index % 50 == 0) {
      EXPECT_TRUE(finished().empty());
    }
  }
  EXPECT_TRUE(finished().empty());
  EXPECT_GT(exporter_->tail().evicted(), 0U);
  EXPECT_LE(exporter_->tail().waiting() * large.size(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace container_kit::telemetry
