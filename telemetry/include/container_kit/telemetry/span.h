// Span: one timed operation of a trace, and what happened in it.
//
// A Span is a move-only value that ends when it goes out of scope. An ActiveSpan is a Span that is also the
// current one of its thread until it ends. Both come from a Tracer. What is recorded is encoded at once, in
// place, in the flight buffer: nothing is allocated, nothing blocks, nothing throws.
//
//   telemetry::ActiveSpan span = tracer.start_active_span("process.item", {.attributes = {{"item.id", id}}});
//   span.add_event("item.validated");
//   if (!ok) span.set_status(telemetry::StatusCode::kError, "no such item");
//
// Where tracing is off, the span was not sampled, or it has ended already, every call does nothing.
//
// Thread safety: any thread may call any member function of one Span at once, but for the destructor, end by
// destruction, and moves. A Span may end on another thread than the one it began on. An ActiveSpan stays on
// its own thread. Limits: OTEL_SPAN_*_LIMIT; what goes beyond them is dropped, and its count is exported with
// the span.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <span>
#include <string_view>

#include <container_kit/telemetry/attribute.h>
#include <container_kit/telemetry/context.h>
#include <container_kit/telemetry/span_context.h>

namespace container_kit::telemetry {

namespace trace {
struct SpanStarter;
class BorrowedSpan;
class PreparedAttributes;
}  // namespace trace

class Tracer;

using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

// The numbers are OTLP's.
enum class SpanKind : std::uint8_t { kInternal = 1, kServer = 2, kClient = 3, kProducer = 4, kConsumer = 5 };
enum class StatusCode : std::uint8_t { kUnset = 0, kOk = 1, kError = 2 };

// Another span that this one is about, without being its child.
struct Link {
  SpanContext context;
  std::string_view trace_state = {};
  Attributes attributes = {};
};

struct SpanOptions {
  SpanKind kind = SpanKind::kInternal;
  const Context* parent = nullptr;  // null: the thread's current context
  bool root = false;                // true: no parent, whatever is current
  TimePoint start_time = {};        // zero: now
  Attributes attributes = {};
  std::span<const Link> links = {};
  // The library's own: `attributes` once more, in their final form. Null: they are encoded as they come.
  const trace::PreparedAttributes* prepared = nullptr;
};

class Span {
 public:
  // A span that records nothing, as from a Tracer that is disabled.
  Span() noexcept = default;
  Span(Span&& other) noexcept : context_(std::move(other.context_)) { other.forget(); }
  Span& operator=(Span&& other) noexcept;  // ends the span that was here
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;
  ~Span() {
    if (context_.ref_.slot != nullptr) finish();
  }

  bool is_recording() const noexcept;
  // The ids; valid also for a span that is not recording because it was not sampled.
  const SpanContext& context() const noexcept { return context_.span_context(); }
  // This span as a Context, to be a parent elsewhere.
  const Context& as_context() const noexcept { return context_; }

  void set_attribute(std::string_view key, AttributeValue value) noexcept;
  void set_attributes(Attributes attributes) noexcept;
  void add_event(std::string_view name, Attributes attributes = {}) noexcept;
  void add_event(std::string_view name, TimePoint time, Attributes attributes = {}) noexcept;
  void add_link(const Link& link) noexcept;
  // Adds an `exception` event (exception.type, exception.message) by the semantic conventions. The status is
  // not touched: see set_status.
  void record_exception(const std::exception& exception, Attributes attributes = {}) noexcept;
  void record_exception(std::string_view type, std::string_view message, std::string_view stacktrace = {},
                        Attributes attributes = {}) noexcept;
  // Ok is final; Error replaces Unset and an earlier Error; Unset is ignored. A description goes with Error
  // only.
  void set_status(StatusCode code, std::string_view description = {}) noexcept;
  void update_name(std::string_view name) noexcept;
  // Ends the span now, or at `time`; a time before the start becomes the start. Only the first end counts.
  void end() noexcept {
    if (context_.ref_.slot != nullptr) finish();
  }
  void end(TimePoint time) noexcept;

 private:
  friend class Tracer;
  friend class ActiveSpan;
  friend struct trace::SpanStarter;
  friend class trace::BorrowedSpan;
  Span(const SpanContext& context, const SpanRef& ref, std::shared_ptr<const ContextExtras> extras) noexcept
      : context_(context, ref, std::move(extras)) {}
  void finish() noexcept;  // ends a span that may be recording
  void forget() noexcept { context_.ref_ = SpanRef{}; }

  Context context_;
};

// A Span that is current on its thread from its construction until it goes out of scope. It is
// neither copied nor moved: keep it in the scope that it times.
class [[nodiscard]] ActiveSpan : public Span {
 public:
  explicit ActiveSpan(Span span) noexcept : Span(std::move(span)), previous_(detail::current_context) {
    make_current();
  }
  ~ActiveSpan() { detail::leave_context(&as_context(), previous_); }
  ActiveSpan(const ActiveSpan&) = delete;
  ActiveSpan& operator=(const ActiveSpan&) = delete;

 private:
  friend class Tracer;
  // Begun where it will stay, so that nothing is moved.
  ActiveSpan(const Tracer& tracer, std::string_view name, const SpanOptions& options) noexcept;
  void make_current() noexcept {
    // A tracer that is off makes spans without ids: then what is current stays so.
    if (as_context().has_span()) detail::current_context = &as_context();
  }

  const Context* previous_;
};

}  // namespace container_kit::telemetry
