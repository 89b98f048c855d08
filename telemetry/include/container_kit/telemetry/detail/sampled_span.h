// The span that this thread's measurements belong to, where it is sampled: what exemplars take their ids
// from.
#pragma once

#include <container_kit/telemetry/context.h>

namespace container_kit::telemetry::detail {

// Null, or the span context of the thread's current Context. Two loads; a context without a span is not
// sampled.
inline const SpanContext* sampled_span() noexcept {
  const SpanContext& span = current_context->span_context();
  return span.is_sampled() ? &span : nullptr;
}

}  // namespace container_kit::telemetry::detail
