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
  [[nodiscard]] Span start_span(std::string_view name) const noexcept { return start(name, kDefaults); }
  [[nodiscard]] Span start_span(std::string_view name, const SpanOptions& options) const noexcept {
    return start(name, options);
  }
  // A span that is the thread's current one until it goes out of scope.
  [[nodiscard]] ActiveSpan start_active_span(std::string_view name) const noexcept {
    return ActiveSpan(start_span(name));
  }
  [[nodiscard]] ActiveSpan start_active_span(std::string_view name,
                                             const SpanOptions& options) const noexcept {
    return ActiveSpan(start_span(name, options));
  }

 private:
  static const std::atomic<TracingMode> kOff;
  static const SpanOptions kDefaults;  // one object, so that a call without options builds none

  TracingMode mode() const noexcept { return mode_->load(std::memory_order_relaxed); }
  Span start(std::string_view name, const SpanOptions& options) const noexcept {
    const TracingMode mode = this->mode();
    if (mode == TracingMode::kAll) [[likely]] {
      return start_recording(name, options);
    }
    if (mode == TracingMode::kOff) return Span();
    return mode == TracingMode::kThreshold ? start_by_threshold(name, options) : start_judged(name, options);
  }
  Span start_recording(std::string_view name, const SpanOptions& options) const noexcept;
  Span start_by_threshold(std::string_view name, const SpanOptions& options) const noexcept;
  Span start_judged(std::string_view name, const SpanOptions& options) const noexcept;
  Span seed_and_start(std::string_view name, const SpanOptions& options) const noexcept;

  trace::Engine* engine_ = nullptr;
  const std::atomic<TracingMode>* mode_ = &kOff;
  std::uint16_t scope_ = 0;
};

}  // namespace container_kit::telemetry
