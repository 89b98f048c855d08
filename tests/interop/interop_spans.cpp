// interop_spans TRACEPARENT TRACESTATE START: records a trace that has something of everything, with times
// that begin at START (Unix nanoseconds), as a child of the span that TRACEPARENT names, and sends it where
// the environment says. interop_test.py knows what is in it. Exits with 0 where all of it was delivered or
// spooled.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include <container_kit/telemetry/manager.h>
#include <container_kit/telemetry/propagation.h>

namespace telemetry = container_kit::telemetry;

namespace {

using std::chrono::milliseconds;
using telemetry::Attribute;
using telemetry::AttributeValue;
using telemetry::SpanKind;
using telemetry::StatusCode;
using telemetry::TimePoint;

constexpr std::array<std::byte, 5> kBytes{std::byte{0}, std::byte{1}, std::byte{0x7F}, std::byte{0x80},
                                          std::byte{0xFF}};

telemetry::Tracer tracer_of(const telemetry::Manager& manager) {
  return manager.tracing().tracer({.name = "interop.scope",
                                   .version = "2.1.0",
                                   .schema_url = "https://opentelemetry.io/schemas/1.26.0",
                                   .attributes = {{"scope.kind", "test"}}});
}

void set_every_type(telemetry::Span& span) {
  const std::vector<std::string_view> texts{"one", "", "three"};
  const std::vector<std::int64_t> numbers{-1, 0, std::numeric_limits<std::int64_t>::max()};
  const std::vector<double> reals{0.1, -2.5};
  const std::array<bool, 2> bools{true, false};
  const std::array<Attribute, 2> inner{Attribute{"deep", true}, Attribute{"number", 7}};
  const std::array<Attribute, 2> map{Attribute{"text", "inside"},
                                     Attribute{"map", std::span<const Attribute>(inner)}};
  const std::array<AttributeValue, 3> mixed{AttributeValue("text"), AttributeValue(1), AttributeValue(false)};
  span.set_attributes({{"type.string", "plain"},
                       {"type.unicode", "Grüße, 世界 \U0001F680"},
                       {"type.escapes", "quote \" backslash \\ newline \n tab \t end"},
                       {"type.empty", ""},
                       {"type.true", true},
                       {"type.false", false},
                       {"type.int", 42},
                       {"type.int.negative", -42},
                       {"type.int.large", std::numeric_limits<std::int64_t>::max()},
                       {"type.int.small", std::numeric_limits<std::int64_t>::min()},
                       {"type.double", 0.1},
                       {"type.double.large", 1.7976931348623157e308},
                       {"type.bytes", std::span<const std::byte>(kBytes)},
                       {"type.strings", texts},
                       {"type.ints", numbers},
                       {"type.doubles", reals},
                       {"type.bools", std::span<const bool>(bools)},
                       {"type.map", std::span<const Attribute>(map)},
                       {"type.mixed", std::span<const AttributeValue>(mixed)}});
  span.set_attribute("set.twice", "first");
  span.set_attribute("set.twice", "second");
}

void exceed_the_limits(telemetry::Span& span, TimePoint at) {
  constexpr int kTooMany = 200;  // of which 128 stay
  for (int index = 0; index < kTooMany; ++index) span.set_attribute("key." + std::to_string(index), index);
  for (int index = 0; index < kTooMany; ++index) {
    const std::string number = std::to_string(1000 + index).substr(1);  // three digits
    span.add_event("event." + number, at);
  }
}

void record(const telemetry::Tracer& tracer, const telemetry::Context& parent, TimePoint start) {
  const auto at = [start](int ms) { return start + milliseconds(ms); };
  telemetry::Span root = tracer.start_span(
      "POST /api/tools/execute", {.kind = SpanKind::kServer, .parent = &parent, .start_time = at(0)});
  set_every_type(root);
  root.add_event("tool.validation.started", at(10));
  root.add_event("exception", at(20),
                 {{"exception.type", "std::runtime_error"}, {"exception.message", "no such file"}});

  telemetry::Span child = tracer.start_span("GET", {.kind = SpanKind::kClient,
                                                    .parent = &root.as_context(),
                                                    .start_time = at(30),
                                                    .attributes = {{"given.at", "start"}}});
  const std::array<Attribute, 1> why{Attribute{"link.reason", "retry"}};
  child.add_link({.context = root.context(), .attributes = std::span<const Attribute>(why)});
  child.set_status(StatusCode::kOk);
  child.end(at(40));

  telemetry::Span producer = tracer.start_span(
      "publish", {.kind = SpanKind::kProducer, .parent = &root.as_context(), .start_time = at(50)});
  telemetry::Span consumer = tracer.start_span(
      "process", {.kind = SpanKind::kConsumer, .parent = &producer.as_context(), .start_time = at(60)});
  exceed_the_limits(consumer, at(65));
  consumer.end(at(70));
  producer.update_name("publish orders");
  producer.end(at(80));

  telemetry::Span inner = tracer.start_span("internal", {.parent = &root.as_context(), .start_time = at(90)});
  inner.end(at(91));
  root.set_status(StatusCode::kError, "it did not work");
  root.end(at(5'000));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: interop_spans TRACEPARENT TRACESTATE START\n", stderr);
    return 2;
  }
  telemetry::Manager manager{telemetry::Config::from_env()};
  if (const auto ready = manager.initialize(); !ready) {
    std::fprintf(stderr, "%s\n", ready.error().message.c_str());
    return 1;
  }
  constexpr int kDecimal = 10;
  const telemetry::Context parent = telemetry::extract_trace_context(argv[1], argv[2]);
  const TimePoint start{std::chrono::nanoseconds(std::strtoll(argv[3], nullptr, kDecimal))};
  record(tracer_of(manager), parent, start);
  const auto done = manager.shutdown(std::chrono::seconds(10));
  if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
