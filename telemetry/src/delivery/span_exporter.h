// SpanExporter: one place that finished spans go to.
//
// Thread safety: export_spans() is called by one thread at a time; cancel() and health() from any.
#pragma once

#include <container_kit/telemetry/expected.h>
#include <container_kit/telemetry/health.h>

#include "base/deadline.h"
#include "delivery/span_batch.h"

namespace container_kit::telemetry::delivery {

class SpanExporter {
 public:
  virtual ~SpanExporter() = default;

  // Delivers the batch or says why not, by the deadline. What failed is not tried again by the caller.
  virtual Expected<void> export_spans(const SpanBatch& batch, base::Deadline deadline) = 0;
  // Called when no more batches come: write out what was held back.
  virtual void finish() {}
  // Makes the export that is under way return soon.
  virtual void cancel() noexcept {}
  virtual std::string name() const = 0;
  virtual std::string endpoint() const = 0;
};

}  // namespace container_kit::telemetry::delivery
