#include "support/span_api_driver.h"

#include <algorithm>
#include <list>
#include <set>
#include <stdexcept>
#include <vector>

#include <container_kit/telemetry/tracer.h>

#include "opentelemetry/proto/trace/v1/trace.pb.h"
#include "trace/engine.h"
#include "trace/flight_reader.h"
#include "trace/span_fields.h"

namespace container_kit::telemetry::test {
namespace {

namespace proto = opentelemetry::proto::trace::v1;

constexpr std::size_t kSpans = 6;  // that are held at once
constexpr trace::Limits kLimits{20, 10, 5, 4, 3, 3'000};

// Turns bytes into choices; zeroes once they have run out.
class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  std::int64_t number() {
    std::uint64_t value = 0;
    for (int count = byte() % 9; count > 0; --count) value = value << 8 | byte();
    return static_cast<std::int64_t>(value);
  }
  // Short as a rule, sometimes long; any bytes at all.
  std::string text() {
    const std::size_t size = byte() % 24;
    const std::size_t times = byte() % 16 == 0 ? std::size_t{1} << (byte() % 12) : 1;
    std::string piece;
    for (std::size_t count = 0; count < size; ++count) piece += static_cast<char>(byte());
    std::string out;
    for (std::size_t count = 0; count < times; ++count) out += piece;
    return out;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

// Attributes of every type, with the memory that they point to.
class SomeAttributes {
 public:
  explicit SomeAttributes(Input& input) {
    const std::size_t count = input.byte() % 6;
    texts_.reserve(2 * count);
    for (std::size_t index = 0; index < count; ++index) list_.push_back({text(input), value(input, 0)});
  }
  Attributes view() const { return std::span<const Attribute>(list_); }

 private:
  std::string_view text(Input& input) { return texts_.emplace_back(input.text()); }
  AttributeValue value(Input& input, int depth) {
    switch (input.byte() % 8) {
      case 0:
        return input.number();
      case 1:
        return input.byte() % 2 == 0;
      case 2:
        return static_cast<double>(input.number()) / 3;
      case 3:
        return std::span<const std::int64_t>(kNumbers);
      case 4:
        return std::span<const std::string_view>(kTexts);
      case 5: {
        if (depth > 70) return {};
        auto& inner = nested_.emplace_back(std::vector<AttributeValue>{value(input, depth + 1)});
        return std::span<const AttributeValue>(inner);
      }
      case 6:
        return AttributeValue();
      default:
        return texts_.size() < texts_.capacity() ? AttributeValue(text(input)) : AttributeValue("full");
    }
  }

  inline static const std::vector<std::int64_t> kNumbers{0, -1, INT64_MIN};
  inline static const std::vector<std::string_view> kTexts{"", "a\xFF", "b"};
  std::vector<std::string> texts_;
  std::list<std::vector<AttributeValue>> nested_;
  std::vector<Attribute> list_;
};

class Driver {
 public:
  Driver(trace::Engine& engine, Input& input)
      : engine_(engine), tracer_(&engine, &engine.mode(), 0), input_(input) {}

  void run() {
    while (!input_.empty()) step();
    for (Span& span : spans_) span.end();
  }

 private:
  void step() {
    engine_.clock().set(engine_.clock().now() + input_.byte() - 20);  // clocks go backwards, too
    Span& span = spans_[input_.byte() % kSpans];
    switch (input_.byte() % 10) {
      case 0:
      case 1:
        return start(span);
      case 2:
      case 3:
        return span.set_attributes(SomeAttributes(input_).view());
      case 4:
        return span.add_event(input_.text(), SomeAttributes(input_).view());
      case 5:
        return span.set_status(static_cast<StatusCode>(input_.byte() % 3), input_.text());
      case 6:
        return span.update_name(input_.text());
      case 7:
        return add_link(span);
      case 8:
        return input_.byte() % 2 == 0 ? span.end()
                                      : span.end(TimePoint(std::chrono::nanoseconds(input_.number())));
      default:
        return span.record_exception(std::runtime_error(input_.text()), SomeAttributes(input_).view());
    }
  }
  void start(Span& span) {
    const Context parent = spans_[input_.byte() % kSpans].as_context();
    const std::string name = input_.text();
    const SomeAttributes attributes(input_);
    SpanOptions options;
    options.kind = static_cast<SpanKind>(1 + input_.byte() % 5);
    options.parent = &parent;
    options.root = input_.byte() % 2 == 0;
    if (input_.byte() % 4 == 0) options.start_time = TimePoint(std::chrono::nanoseconds(input_.number()));
    options.attributes = attributes.view();
    span = tracer_.start_span(name, options);
  }
  void add_link(Span& span) {
    const std::string trace_state = input_.text();
    const SomeAttributes attributes(input_);
    SpanContext context = spans_[input_.byte() % kSpans].context();
    if (input_.byte() % 3 == 0) context = SpanContext{};
    span.add_link({context, trace_state, attributes.view()});
  }

  trace::Engine& engine_;
  Tracer tracer_;
  Input& input_;
  Span spans_[kSpans];
};

template <typename Message>
bool has_unique_keys(const Message& message) {
  std::set<std::string> keys;
  return std::all_of(message.attributes().begin(), message.attributes().end(),
                     [&keys](const auto& attribute) { return keys.insert(attribute.key()).second; });
}

std::string check_span(const std::string& bytes) {
  proto::Span span;
  if (!span.ParseFromString(bytes)) return "does not parse";
  if (span.trace_id().size() != 16 || span.span_id().size() != 8) return "ids of a wrong size";
  if (span.end_time_unix_nano() < span.start_time_unix_nano()) return "ends before its start";
  if (span.attributes_size() > kLimits.attributes || span.events_size() > kLimits.events ||
      span.links_size() > kLimits.links) {
    return "exceeds a limit";
  }
  if (!has_unique_keys(span)) return "a key twice";
  for (const auto& event : span.events()) {
    if (event.attributes_size() > kLimits.event_attributes) return "an event exceeds its limit";
    if (!has_unique_keys(event)) return "a key twice in an event";
  }
  return {};
}

trace::Engine& make_engine() {
  trace::EngineOptions options;
  options.limits = kLimits;
  options.flight_bytes = std::size_t{1} << 20;
  options.clock = base::Clock::Source::kManual;
  return **trace::Engine::create(options);
}

std::string check_all(trace::Engine& engine) {
  static trace::FlightReader reader(engine);
  static std::uint64_t seen = 0;
  std::vector<trace::FinishedSpan> spans;
  while (reader.collect(spans, 64)) {
    for (const trace::FinishedSpan& span : spans) {
      std::string bytes(span.size, '\0');
      bytes.resize(
          trace::compact_fields(span.bytes, span.size, reinterpret_cast<std::uint8_t*>(bytes.data())));
      if (std::string problem = check_span(bytes); !problem.empty()) return problem;
      ++seen;
    }
    reader.acknowledge(spans);
    spans.clear();
  }
  const trace::Totals totals = engine.totals();
  if (totals.started != totals.ended) return "started and ended differ";
  return seen + totals.dropped == totals.ended ? std::string() : "spans are missing";
}

}  // namespace

std::string drive_span_api(std::span<const std::uint8_t> bytes) {
  // One engine for all inputs: engines are never destroyed.
  static trace::Engine& engine = make_engine();
  engine.clock().set(1'000'000'000'000);
  Input input(bytes);
  Driver(engine, input).run();
  return check_all(engine);
}

}  // namespace container_kit::telemetry::test
