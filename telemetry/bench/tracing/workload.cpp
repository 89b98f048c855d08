#include "tracing/workload.h"

#include <opentelemetry/trace/scope.h>

namespace container_kit::telemetry::bench {
namespace {

constexpr const char* kName = "analyze.repository";

// The compiler must take `object` for used.
template <typename T>
void keep(T& object) noexcept {
  asm volatile("" : : "r"(&object) : "memory");
}

}  // namespace

void bare(const Tracer& tracer, int times) noexcept {
  for (int i = 0; i < times; ++i) {
    Span span = tracer.start_span(kName);
    keep(span);
    span.end();
  }
}

void bare(opentelemetry::trace::Tracer& tracer, int times) noexcept {
  for (int i = 0; i < times; ++i) {
    const auto span = tracer.StartSpan(kName);
    keep(span);
    span->End();
  }
}

void full(const Tracer& tracer, int times) noexcept {
  for (int i = 0; i < times; ++i) {
    ActiveSpan span = tracer.start_active_span(kName);
    span.set_attributes({{"tool.name", "analyze"}, {"input.size", 4096}, {"dry_run", true}, {"score", 0.75}});
    span.add_event("input.validated");
    keep(span);
  }
}

void full(opentelemetry::trace::Tracer& tracer, int times) noexcept {
  for (int i = 0; i < times; ++i) {
    const auto span = tracer.StartSpan(kName);
    const opentelemetry::trace::Scope scope(span);
    span->SetAttribute("tool.name", "analyze");
    span->SetAttribute("input.size", 4096);
    span->SetAttribute("dry_run", true);
    span->SetAttribute("score", 0.75);
    span->AddEvent("input.validated");
    keep(span);
    span->End();
  }
}

void nested(const Tracer& tracer, int times) noexcept {
  for (int i = 0; i < times; ++i) {
    ActiveSpan outer = tracer.start_active_span("request");
    ActiveSpan middle = tracer.start_active_span("tool");
    ActiveSpan inner = tracer.start_active_span("stage");
    keep(inner);
  }
}

void nested(opentelemetry::trace::Tracer& tracer, int times) noexcept {
  for (int i = 0; i < times; ++i) {
    const auto outer = tracer.StartSpan("request");
    const opentelemetry::trace::Scope outer_scope(outer);
    const auto middle = tracer.StartSpan("tool");
    const opentelemetry::trace::Scope middle_scope(middle);
    const auto inner = tracer.StartSpan("stage");
    const opentelemetry::trace::Scope inner_scope(inner);
    keep(inner);
    inner->End();
    middle->End();
    outer->End();
  }
}

}  // namespace container_kit::telemetry::bench
