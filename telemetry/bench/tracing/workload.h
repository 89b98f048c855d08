// The work of the rows, each in both libraries' own words.
#pragma once

#include <opentelemetry/trace/tracer.h>

#include <container_kit/telemetry/tracer.h>

namespace container_kit::telemetry::bench {

constexpr const char* kScopeName = "trace.bench";
constexpr const char* kScopeVersion = "1.0.0";

// Each does it `times` times. Times, ids and results are all different; what is recorded is the same.

// A span that starts and ends.
void bare(const Tracer& tracer, int times) noexcept;
void bare(opentelemetry::trace::Tracer& tracer, int times) noexcept;
// The current span, with four attributes and an event.
void full(const Tracer& tracer, int times) noexcept;
void full(opentelemetry::trace::Tracer& tracer, int times) noexcept;
// Three spans, each the current one and the child of the one before.
constexpr int kNested = 3;
void nested(const Tracer& tracer, int times) noexcept;
void nested(opentelemetry::trace::Tracer& tracer, int times) noexcept;

}  // namespace container_kit::telemetry::bench
