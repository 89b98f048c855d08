// What nobody should pass to a span, and somebody will: it is recorded as far as it makes sense, in memory
// that is bounded, and what comes out is accepted by the official schema.

#include <gmock/gmock.h>

#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "protocol/otlp_traces.h"
#include "support/engine_fixture.h"

namespace container_kit::telemetry {
namespace {

using Wire = opentelemetry::proto::trace::v1::Span;
using ::testing::SizeIs;

constexpr int kMillion = 1'000'000;

class BadInput : public test::EngineFixture {
 protected:
  // What has ended, as a receiver reads it. The parser refuses what is not UTF-8, and what is nested too
  // deeply.
  std::vector<Wire> received() {
    std::vector<Wire> spans;
    for (const std::string& bytes : finished()) {
      EXPECT_LE(bytes.size(), trace::kLargeBlock);
      std::string message;
      const protocol::ScopeSpans scope{{}, {}, {bytes}};
      protocol::append_otlp_traces(message, {}, std::span(&scope, 1));
      opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest request;
      EXPECT_TRUE(request.ParseFromString(message));
      for (const auto& resource : request.resource_spans()) {
        for (const auto& scopes : resource.scope_spans()) {
          spans.insert(spans.end(), scopes.spans().begin(), scopes.spans().end());
        }
      }
    }
    return spans;
  }
  Wire only_span() {
    std::vector<Wire> spans = received();
    EXPECT_THAT(spans, SizeIs(1));
    return spans.empty() ? Wire() : spans[0];
  }
};

std::string value_of(const Wire& span, const std::string& key) {
  std::string found = "none";
  for (const auto& attribute : span.attributes()) {
    if (attribute.key() != key) continue;
    if (found != "none") return "twice";
    found = attribute.value().has_int_value() ? std::to_string(attribute.value().int_value())
                                              : attribute.value().string_value();
  }
  return found;
}

TEST_F(BadInput, EmptyNamesAndKeys) {
  {
    Span span = tracer({.name = ""}).start_span("", {.attributes = {{"", 1}}});
    span.set_attribute("", "x");
    span.set_attribute("empty.value", "");
    span.set_attribute("no.value", AttributeValue(static_cast<const char*>(nullptr)));
    span.add_event("", {{"", 1}});
    span.update_name("");
    span.record_exception("", "");
  }
  const Wire span = only_span();
  EXPECT_EQ(span.name(), "");
  EXPECT_EQ(span.attributes_size(), 2);
  EXPECT_EQ(span.dropped_attributes_count(), 2U);
  ASSERT_EQ(span.events_size(), 2);
  EXPECT_EQ(span.events(0).dropped_attributes_count(), 1U);
}

TEST_F(BadInput, MegabytesInEveryText) {
  const std::string huge(3 << 20, 'h');
  const std::vector<std::int64_t> numbers(kMillion, 7);
  {
    Span span = tracer().start_span(huge, {.attributes = {{"short", 1}}});
    span.update_name(huge);
    span.set_status(StatusCode::kError, huge);
    span.set_attribute(huge, 1);                 // cut
    span.set_attribute("array", numbers);        // does not fit: dropped
    span.add_event(huge, {{"array", numbers}});  // likewise
    span.record_exception("type", huge, huge);   // cut, twice: does not fit
    span.add_link({span.context(), huge, {}});
    span.set_attribute("last", 2);
  }
  const Wire span = only_span();
  EXPECT_EQ(span.name(), std::string(1024, 'h'));
  EXPECT_EQ(span.status().message().size(), trace::kMaxValueBytes);
  EXPECT_EQ(value_of(span, "short"), "1");
  EXPECT_EQ(value_of(span, "last"), "2");
  EXPECT_EQ(span.attributes_size() + static_cast<int>(span.dropped_attributes_count()), 4);
  EXPECT_EQ(span.dropped_attributes_count(), 1U);
  EXPECT_EQ(span.dropped_events_count(), 2U);
  EXPECT_EQ(span.dropped_links_count(), 1U);
}

TEST_F(BadInput, TextsThatAreNotUtf8AreMadeValidWhereverTheyStand) {
  constexpr const char* kBad = "bad \xC3(\xFF";
  constexpr const char* kGood = "bad \uFFFD(\uFFFD";
  const std::vector<std::string_view> texts{kBad};
  const Attribute inner[] = {{kBad, kBad}};
  {
    Span span = tracer({.name = kBad, .version = kBad}).start_span(kBad, {.attributes = {{kBad, kBad}}});
    span.set_attribute("texts", texts);
    span.set_attribute("map", std::span<const Attribute>(inner));
    span.add_event(kBad, {{kBad, kBad}});
    span.add_link({span.context(), kBad, {{kBad, kBad}}});
    span.set_status(StatusCode::kError, kBad);
    span.record_exception(kBad, kBad, kBad, {{kBad, kBad}});
  }
  const Wire span = only_span();
  EXPECT_EQ(span.name(), kGood);
  EXPECT_EQ(value_of(span, kGood), kGood);
  EXPECT_EQ(span.attributes(1).value().array_value().values(0).string_value(), kGood);
  EXPECT_EQ(span.attributes(2).value().kvlist_value().values(0).key(), kGood);
  EXPECT_EQ(span.events(0).name(), kGood);
  EXPECT_EQ(span.links(0).trace_state(), kGood);
  EXPECT_EQ(span.status().message(), kGood);
  EXPECT_EQ(span.events(1).attributes_size(), 4);
}

// The specification wants keys to be unique: also those that become equal only on the wire.
TEST_F(BadInput, KeysThatAreEqualOnTheWireAreOneKey) {
  const std::string huge(trace::kMaxValueBytes, 'k');
  {
    Span span = tracer().start_span("keys", {.attributes = {{"k\xFF", 1}, {"k\xFF", 2}, {"k\xFE", 3}}});
    span.set_attribute("k\uFFFD", 4);
    span.set_attribute("k\xC3", 5);
    span.set_attribute(huge + "a", 6);
    span.set_attribute(huge + "b", 7);
    span.add_event("event", {{"e\xFF", 1}, {"e\xFE", 2}, {"e\uFFFD", 3}});
  }
  const Wire span = only_span();
  EXPECT_EQ(value_of(span, "k\uFFFD"), "5");
  ASSERT_EQ(span.attributes_size(), 2);
  EXPECT_EQ(span.attributes(1).value().int_value(), 7);
  ASSERT_EQ(span.events(0).attributes_size(), 1);
  EXPECT_EQ(span.events(0).attributes(0).value().int_value(), 3);
}

TEST_F(BadInput, AMillionAttributes) {
  std::vector<std::string> keys;
  keys.reserve(kMillion);
  std::vector<Attribute> attributes;
  for (int index = 0; index < kMillion; ++index) {
    keys.push_back("key." + std::to_string(index));
    attributes.push_back({keys.back(), index});
  }
  {
    Span span = tracer().start_span("many", {.attributes = attributes});
    for (int index = 0; index < kMillion; ++index)
      span.set_attribute(keys[static_cast<std::size_t>(index)], -index);
    span.add_event("event", attributes);
    span.add_link({span.context(), {}, attributes});
    span.record_exception(std::runtime_error("what"), attributes);
  }
  const Wire span = only_span();
  EXPECT_EQ(span.attributes_size(), 128);
  EXPECT_EQ(span.dropped_attributes_count(), 2U * (kMillion - 128));
  EXPECT_EQ(value_of(span, "key.127"), "-127");
  ASSERT_EQ(span.events_size(), 2);
  EXPECT_EQ(span.events(0).attributes_size(), 128);
  EXPECT_EQ(span.events(0).dropped_attributes_count(), kMillion - 128U);
  EXPECT_EQ(span.events(1).attributes_size(), 128);
  EXPECT_EQ(span.events(1).dropped_attributes_count(), kMillion + 2U - 128U);
  ASSERT_EQ(span.links_size(), 1);
  EXPECT_EQ(span.links(0).attributes_size(), 128);
  EXPECT_EQ(span.links(0).dropped_attributes_count(), kMillion - 128U);
}

TEST_F(BadInput, AMillionValuesOfOneKeyEventsAndLinks) {
  {
    Span span = tracer().start_span("again", {.attributes = {{"kept", 0}}});
    for (int index = 0; index < kMillion; ++index) {
      span.set_attribute("counter", index);
      span.set_status(StatusCode::kError, index % 2 == 0 ? "even" : "odd");
      span.update_name(index % 2 == 0 ? "even" : "odd");
      span.add_event("event");
      span.add_link({span.context()});
    }
  }
  const Wire span = only_span();
  EXPECT_EQ(value_of(span, "kept"), "0");
  EXPECT_EQ(value_of(span, "counter"), std::to_string(kMillion - 1));
  EXPECT_EQ(span.name(), "odd");
  EXPECT_EQ(span.status().message(), "odd");
  EXPECT_EQ(span.dropped_attributes_count(), 0U);
  EXPECT_EQ(span.events_size(), 128);
  EXPECT_EQ(span.dropped_events_count(), kMillion - 128U);
  EXPECT_EQ(span.links_size(), 128);
  EXPECT_EQ(span.dropped_links_count(), kMillion - 128U);
}

TEST_F(BadInput, IdsThatAreAllZero) {
  SpanContext no_trace;
  no_trace.span_id.bytes.fill(1);
  no_trace.flags = TraceFlags::kSampled;
  SpanContext no_span;
  no_span.trace_id.bytes.fill(1);
  no_span.flags = TraceFlags::kSampled;
  for (const SpanContext& half : {no_trace, no_span, SpanContext{}}) {
    const Context parent{half};
    Span span = tracer().start_span("root", {.parent = &parent});
    span.add_link({half});                      // says nothing: dropped
    span.add_link({half, {}, {{"why", "x"}}});  // the specification wants it kept
  }
  const auto spans = received();
  ASSERT_EQ(spans.size(), 3U);
  for (const Wire& span : spans) {
    EXPECT_EQ(span.parent_span_id(), "");
    EXPECT_NE(span.trace_id(), std::string(16, '\0'));
    EXPECT_NE(span.trace_id(), std::string(16, '\1'));
    EXPECT_NE(span.span_id(), std::string(8, '\0'));
    EXPECT_EQ(span.links_size(), 1);
    EXPECT_EQ(span.dropped_links_count(), 1U);
  }
}

TEST_F(BadInput, TimesBefore1970AndEndsBeforeStarts) {
  using std::chrono::nanoseconds;
  const TimePoint ancient{nanoseconds(INT64_MIN)};
  const TimePoint before{nanoseconds(-5)};
  const TimePoint latest{nanoseconds(INT64_MAX)};
  for (const TimePoint start : {ancient, before, TimePoint{}, latest}) {
    for (const TimePoint end : {ancient, before, TimePoint{}, latest}) {
      Span span = tracer().start_span("timed", {.start_time = start});
      span.add_event("ancient", ancient);
      span.add_event("latest", latest);
      span.end(end);
    }
  }
  const auto spans = received();
  ASSERT_EQ(spans.size(), 16U);
  for (const Wire& span : spans) {
    EXPECT_GE(span.end_time_unix_nano(), span.start_time_unix_nano());
    EXPECT_LE(span.end_time_unix_nano(), static_cast<std::uint64_t>(INT64_MAX));
    EXPECT_LE(span.events(0).time_unix_nano(), static_cast<std::uint64_t>(INT64_MAX));
    EXPECT_EQ(span.events(1).time_unix_nano(), static_cast<std::uint64_t>(INT64_MAX));
  }
}

TEST_F(BadInput, ValuesNestedWithoutEnd) {
  constexpr std::size_t kDepth = 1'000;
  std::vector<AttributeValue> arrays(kDepth, "innermost");
  std::vector<Attribute> maps(kDepth, {"k", "innermost"});
  for (std::size_t depth = 1; depth < kDepth; ++depth) {
    arrays[depth] = std::span<const AttributeValue>(&arrays[depth - 1], 1);
    maps[depth].value = std::span<const Attribute>(&maps[depth - 1], 1);
  }
  {
    Span span = tracer().start_span("deep");
    span.set_attribute("arrays", arrays.back());
    span.set_attribute("maps", maps.back().value);
    span.add_event("event", {{"arrays", arrays.back()}, {"maps", maps.back().value}});
  }
  const Wire span = only_span();
  EXPECT_EQ(span.attributes_size(), 2);
  EXPECT_EQ(span.events(0).attributes_size(), 2);
}

// 2^64 values, told by 64 views that each name the one before twice.
TEST_F(BadInput, ValuesThatNameEachOtherOverAndOver) {
  std::vector<std::array<AttributeValue, 2>> doubled(64, {"x", "x"});
  for (std::size_t depth = 1; depth < doubled.size(); ++depth) {
    doubled[depth].fill(std::span<const AttributeValue>(doubled[depth - 1]));
  }
  {
    Span span = tracer().start_span("doubled");
    span.set_attribute("doubled", std::span<const AttributeValue>(doubled.back()));
    span.add_event("event", {{"doubled", std::span<const AttributeValue>(doubled.back())}});
  }
  const Wire span = only_span();
  EXPECT_EQ(span.dropped_attributes_count(), 1U);
  EXPECT_EQ(span.dropped_events_count(), 1U);
}

TEST_F(BadInput, NumbersThatNameNoKindAndNoStatus) {
  for (const int number : {6, 127, 128, 255}) {
    Span span = tracer().start_span("odd", {.kind = static_cast<SpanKind>(number), .attributes = {{"a", 1}}});
    span.set_status(static_cast<StatusCode>(number), "odd");
  }
  const auto spans = received();
  ASSERT_EQ(spans.size(), 4U);
  for (const Wire& span : spans) {
    EXPECT_EQ(value_of(span, "a"), "1");
    EXPECT_EQ(span.status().code(), 0);
  }
}

TEST_F(BadInput, ATraceStateThatIsNotOneStaysWithinItsSpan) {
  SpanContext remote;
  remote.trace_id.bytes.fill(1);
  remote.span_id.bytes.fill(1);
  remote.flags = TraceFlags::kSampled;
  std::vector<Span> spans;
  for (const std::size_t size : {100U, 800U, 8'000U, 3U << 20}) {
    const Context parent(remote,
                         std::make_shared<const ContextExtras>(ContextExtras{std::string(size, '\xFF'), {}}));
    spans.push_back(tracer().start_span("child", {.parent = &parent}));
  }
  spans.clear();
  for (const Wire& span : received()) EXPECT_EQ(span.name(), "child");
}

}  // namespace
}  // namespace container_kit::telemetry
