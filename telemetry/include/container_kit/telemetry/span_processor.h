// SpanProcessor: your own code at the start and the end of every recording span.
//
// Processors run on the thread of the span, in the order in which they were configured: keep them short.
// Exporting does not need one. What they throw is swallowed.
//
// Thread safety: called from any thread at once.
// Ownership: shared with the Manager; arguments are valid during the call only.
#pragma once

#include <memory>

#include <container_kit/telemetry/readable_span.h>
#include <container_kit/telemetry/span.h>

namespace container_kit::telemetry {

class SpanProcessor {
 public:
  virtual ~SpanProcessor() = default;
  // The span has started; attributes may be added. `parent` has no span for a root.
  virtual void on_start(Span& /*span*/, const Context& /*parent*/) {}
  // The span is about to end, and may still be changed.
  virtual void on_ending(Span& /*span*/) {}
  // The span has ended.
  virtual void on_end(const ReadableSpan& /*span*/) {}
};

using SpanProcessorPtr = std::shared_ptr<SpanProcessor>;

}  // namespace container_kit::telemetry
