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

class Tracer {
 public:
  // A tracer whose spans record nothing.
  Tracer() noexcept = default;
  Tracer(trace::Engine* engine, const std::atomic<bool>* enabled, std::uint16_t scope) noexcept
      : engine_(engine), enabled_(enabled), scope_(scope) {}

  // False where spans would record nothing whatever their name: costly attributes need not be computed.
  bool enabled() const noexcept { return enabled_ != nullptr && enabled_->load(std::memory_order_relaxed); }

  // A span that is not made current: hold it across threads or coroutines, pass on its as_context().
  [[nodiscard]] Span start_span(std::string_view name) const noexcept {
    return enabled() ? start(name, kDefaults) : Span();
  }
  [[nodiscard]] Span start_span(std::string_view name, const SpanOptions& options) const noexcept {
    return enabled() ? start(name, options) : Span();
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
  static const SpanOptions kDefaults;  // one object, so that a call without options builds none

  Span start(std::string_view name, const SpanOptions& options) const noexcept;

  trace::Engine* engine_ = nullptr;
  const std::atomic<bool>* enabled_ = nullptr;
  std::uint16_t scope_ = 0;
};

}  // namespace container_kit::telemetry
