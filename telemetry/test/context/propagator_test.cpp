// The composite, and the carriers that it takes.
#include <map>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

namespace container_kit::telemetry {
namespace {

using ::testing::ElementsAre;

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"
#define VALID "00-" TRACE "-" PARENT "-01"
#define OTHER "80f198ee56343ba864fe8b2a57d3eff7"

TEST(Propagator, IsTraceContextAndBaggageByDefault) {
  const Context context = Propagator().extract(
      HeaderList{{"traceparent", VALID}, {"baggage", "a=1"}, {"b3", OTHER "-" PARENT "-1"}});
  EXPECT_EQ(context.span_context().trace_id.to_hex(), TRACE);
  EXPECT_EQ(context.baggage_value("a"), "1");
  HeaderList headers;
  Propagator().inject(context, headers);
  EXPECT_EQ(headers.get("traceparent"), VALID);
  EXPECT_EQ(headers.get("baggage"), "a=1");
  EXPECT_THAT(Propagator().fields(), ElementsAre("traceparent", "tracestate", "baggage"));
}

TEST(Propagator, WritesAllFormatsAndALaterSpanWins) {
  const Propagator both{PropagationFormat::kTraceContext, PropagationFormat::kB3, PropagationFormat::kB3};
  EXPECT_EQ(both.formats().size(), 2U);
  const HeaderList headers{{"traceparent", VALID}, {"tracestate", "a=1"}, {"b3", OTHER "-" PARENT "-1"}};
  const Context context = both.extract(headers);
  EXPECT_EQ(context.span_context().trace_id.to_hex(), OTHER);
  EXPECT_EQ(context.trace_state(), "");  // it belongs to the other span
  EXPECT_EQ(both.extract(HeaderList{{"traceparent", VALID}, {"b3", "bad"}}).span_context().trace_id.to_hex(),
            TRACE);
  HeaderList written;
  both.inject(context, written);
  EXPECT_EQ(written.size(), 2U);
}

TEST(Propagator, NoFormatsCarryNothing) {
  const Propagator none{std::initializer_list<PropagationFormat>{}};
  const Context context = Propagator().extract(HeaderList{{"traceparent", VALID}});
  HeaderList headers;
  none.inject(context, headers);
  EXPECT_EQ(headers.size(), 0U);
  EXPECT_FALSE(none.extract(HeaderList{{"traceparent", VALID}}).has_span());
}

TEST(Propagator, LaysWhatItFindsOverAContext) {
  const Context onto =
      Propagator().extract(HeaderList{{"traceparent", VALID}, {"tracestate", "a=1"}, {"baggage", "old=1"}});
  EXPECT_EQ(Propagator().extract(HeaderList{}, onto).trace_state(), "a=1");
  EXPECT_EQ(Propagator().extract(HeaderList{{"traceparent", "bad"}}, onto).span_context(),
            onto.span_context());
  const Context other_baggage = Propagator().extract(HeaderList{{"baggage", "new=2"}}, onto);
  EXPECT_EQ(other_baggage.span_context(), onto.span_context());
  EXPECT_EQ(other_baggage.trace_state(), "a=1");
  EXPECT_THAT(other_baggage.baggage(), ElementsAre(BaggageMember{"new", "2"}));
  const Context other_span =
      Propagator().extract(HeaderList{{"traceparent", "00-" OTHER "-" PARENT "-00"}}, onto);
  EXPECT_EQ(other_span.trace_state(), "");
  EXPECT_THAT(other_span.baggage(), ElementsAre(BaggageMember{"old", "1"}));
}

// What a carrier may give: a copy, an optional, a pointer.
struct CopyingCarrier {
  std::string get(std::string_view name) const { return name == "traceparent" ? VALID : ""; }
};
struct OptionalCarrier {
  std::optional<std::string> get(std::string_view name) const {
    return name == "traceparent" ? std::optional<std::string>(VALID) : std::nullopt;
  }
};
struct PointerCarrier {
  const char* get(std::string_view name) const { return name == "traceparent" ? VALID : nullptr; }
};
struct ThrowingCarrier {
  std::string_view get(std::string_view) const { throw std::runtime_error("no headers"); }
  void set(std::string_view, std::string_view) { throw std::runtime_error("no headers"); }
};
struct MapCarrier {
  std::map<std::string, std::string, std::less<>> map;
  void set(std::string_view name, std::string_view value) { map.insert_or_assign(std::string(name), value); }
};
struct NoCarrier {
  int get(std::string_view) const { return 0; }
};
static_assert(HeaderSource<CopyingCarrier> && HeaderSource<OptionalCarrier> && HeaderSource<PointerCarrier>);
static_assert(HeaderSink<MapCarrier> && !HeaderSink<CopyingCarrier> && !HeaderSource<NoCarrier>);

TEST(Propagator, TakesAnyCarrier) {
  EXPECT_TRUE(Propagator().extract(CopyingCarrier{}).has_span());
  EXPECT_TRUE(Propagator().extract(OptionalCarrier{}).has_span());
  EXPECT_TRUE(Propagator().extract(PointerCarrier{}).has_span());
  MapCarrier carrier;
  Propagator().inject(Propagator().extract(CopyingCarrier{}), carrier);
  EXPECT_EQ(carrier.map["traceparent"], VALID);
}

TEST(Propagator, ACarrierThatThrowsHarmsNobody) {
  const Context onto = Propagator().extract(CopyingCarrier{});
  ThrowingCarrier carrier;
  EXPECT_EQ(Propagator().extract(carrier, onto).span_context(), onto.span_context());
  EXPECT_NO_THROW(Propagator().inject(onto, carrier));
}

TEST(Propagator, IsTheManagersAsTheConfigurationSays) {
  Config config = Config::testing();
  config.propagators = {PropagationFormat::kB3};
  Manager manager(config);
  EXPECT_THAT(manager.propagator().formats(), ElementsAre(PropagationFormat::kB3));
}

// A trace that begins here keeps the baggage that came, whatever decides on its sampling.
TEST(Propagator, BaggageThatComesWithoutASpanStaysWithTheRoot) {
  for (const double rate : {1.0, 0.999'999, 0.0}) {
    Config config;
    config.traces_to_nowhere = true;
    config.log_level = LogLevel::kNone;
    config.trace_sample_rate = rate;
    Manager manager(config);
    ASSERT_TRUE(manager.initialize());
    const Context parent = manager.propagator().extract(HeaderList{{"baggage", "a=1"}});
    const Operation operation = manager.begin_operation("work", parent);
    EXPECT_EQ(operation.context().baggage_value("a"), "1") << rate;
    const bool has_threshold = operation.context().trace_state().find("ot=th:") != std::string_view::npos;
    EXPECT_EQ(has_threshold, rate == 0.999'999) << operation.context().trace_state();
  }
}

}  // namespace
}  // namespace container_kit::telemetry
