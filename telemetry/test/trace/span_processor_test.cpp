#include <stdexcept>

#include <container_kit/telemetry/in_memory_spans.h>
#include <container_kit/telemetry/span_processor.h>

#include "support/engine_fixture.h"

namespace container_kit::telemetry {
namespace {

class Enricher : public SpanProcessor {
 public:
  void on_start(Span& span, const Context& parent) override {
    span.set_attribute("has.parent", parent.has_span());
    throw std::runtime_error("what a processor throws stays there");
  }
  void on_ending(Span& span) override { span.set_attribute("ending", true); }
};

class SpanProcessorTest : public test::EngineFixture {
 protected:
  void SetUp() override {
    trace::EngineOptions options;
    options.processors = {std::make_shared<Enricher>(), spans_};
    start(options);
  }
  std::shared_ptr<InMemorySpans> spans_ = std::make_shared<InMemorySpans>();
};

TEST_F(SpanProcessorTest, MayAddAtTheStartAndAtTheEndAndReadsTheFinishedSpan) {
  {
    ActiveSpan outer = tracer().start_active_span("outer", {.attributes = {{"a", 1}}});
    outer.set_attribute("a", 2);
    Span inner = tracer().start_span("inner");
    inner.add_event("event");
  }
  const std::string expected =
      "outer has.parent=false a=2 ending=true\n"
      "  inner has.parent=true ending=true @event\n";
  EXPECT_EQ(spans_->tree(), expected);
  EXPECT_EQ(tree(), expected);  // and what is exported is the same
}

TEST_F(SpanProcessorTest, SeesRecordOnlySpansThatAreNotExported) {
  class RecordOnly : public Sampler {
   public:
    SamplingResult should_sample(const SamplingParameters&) noexcept override {
      return {SamplingDecision::kRecordOnly, std::nullopt};
    }
    std::string description() const override { return "RecordOnly"; }
  };
  trace::EngineOptions options;
  options.processors = {spans_};
  options.sampler = std::make_shared<RecordOnly>();
  start(options);
  {
    Span span = tracer().start_span("seen");
    EXPECT_TRUE(span.is_recording());
    EXPECT_FALSE(span.context().is_sampled());
  }
  EXPECT_EQ(spans_->tree(), "seen\n");
  EXPECT_EQ(tree(), "");
}

}  // namespace
}  // namespace container_kit::telemetry
