// Tracer: makes spans in the name of one instrumentation scope (a library, a component).
//
// Tracers are cheap values: keep one a component, or ask the Manager each time.
//
// Thread safety: all member functions may be called from any thread at once.
// Ownership: refers to its engine, which outlives every Tracer, also after the Manager's shutdown; spans
// started then record nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include <container_kit/telemetry/span.h>

namespace container_kit::telemetry {

// What a tracer or meter is named after; copied when the tracer is made.
struct InstrumentationScope {
  std::string_view name;
  std::string_view version = {};
  std::string_view schema_url = {};
  Attributes attributes = {};
};

// What starting a span takes. Every tracer of a Manager has the same.
enum class TracingMode : std::uint8_t {
  kOff,        // nothing: no span records
  kAll,        // every root is recorded, and every child of a sampled parent
  kThreshold,  // roots by a threshold of their trace id
  kJudged,     // a sampler, a span processor or the tail rule has a say
};

class Tracer {
 public:
  // A tracer whose spans record nothing.
  Tracer() noexcept = default;
  Tracer(trace::Engine* engine, const std::atomic<TracingMode>* mode, std::uint16_t scope) noexcept
      : engine_(engine), mode_(mode), scope_(scope) {}

  // False where spans would record nothing whatever their name: costly attributes need not be computed.
  bool enabled() const noexcept { return mode() != TracingMode::kOff; }

  // A span that is not made current: hold it across threads or coroutines, pass on its as_context().
  [[nodiscard]] Span start_span(std::string_view name) const noexcept { return start_span(name, kDefaults); }
  [[nodiscard]] Span start_span(std::string_view name, const SpanOptions& options) const noexcept {
    Span span;
    start_into(span, name, options);
    return span;
  }
  // A span that is the thread's current one until it goes out of scope.
  [[nodiscard]] ActiveSpan start_active_span(std::string_view name) const noexcept {
    return ActiveSpan(*this, name, kDefaults);
  }
  [[nodiscard]] ActiveSpan start_active_span(std::string_view name,
                                             const SpanOptions& options) const noexcept {
    return ActiveSpan(*this, name, options);
  }

 private:
  friend class ActiveSpan;
  static const std::atomic<TracingMode> kOff;
  static const SpanOptions kDefaults;  // one object, so that a call without options builds none

  TracingMode mode() const noexcept { return mode_->load(std::memory_order_relaxed); }
  // Each begins `span`, which is fresh, in its place.
  void start_into(Span& span, std::string_view name, const SpanOptions& options) const noexcept {
    const TracingMode mode = this->mode();
    if (mode == TracingMode::kAll) [[likely]] {
      start_recording(span, name, options);
    } else if (mode == TracingMode::kThreshold) {
      start_by_threshold(span, name, options);
    } else if (mode == TracingMode::kJudged) {
      start_judged(span, name, options);
    }
  }
  void start_recording(Span& span, std::string_view name, const SpanOptions& options) const noexcept;
  void start_by_threshold(Span& span, std::string_view name, const SpanOptions& options) const noexcept;
  void start_judged(Span& span, std::string_view name, const SpanOptions& options) const noexcept;
  void seed_and_start(Span& span, std::string_view name, const SpanOptions& options) const noexcept;

  trace::Engine* engine_ = nullptr;
  const std::atomic<TracingMode>* mode_ = &kOff;
  std::uint16_t scope_ = 0;
};

inline ActiveSpan::ActiveSpan(const Tracer& tracer, std::string_view name,
                              const SpanOptions& options) noexcept
    : previous_(detail::current_context) {
  tracer.start_into(*this, name, options);
  make_current();
}

}  // namespace container_kit::telemetry
