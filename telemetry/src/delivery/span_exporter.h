// SpanExporter: one receiver of finished spans, and its protocol.
//
// Thread safety: send() and finish() are called by one thread at a time; cancel(), resume(), name() and
// endpoint() from any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/deadline.h"

namespace container_kit::telemetry::delivery {

enum class SendOutcome {
  kDelivered,
  kRetry,     // the receiver is away or busy: the same request may be sent again later
  kRejected,  // it will never be taken
  kTooLarge,  // it may be taken in smaller pieces
};

struct SendResult {
  SendOutcome outcome = SendOutcome::kDelivered;
  std::string problem = {};          // why it was not delivered, or not all of it
  std::uint32_t rejected_spans = 0;  // of a request that was delivered
  std::optional<std::chrono::milliseconds> retry_after = {};
  std::string error_type = {};  // of what was not delivered: a status code, or a word for it
  int http_status = 0;          // 0: none
};

class SpanExporter {
 public:
  virtual ~SpanExporter() = default;

  // Tries once to deliver an ExportTraceServiceRequest, and returns by the deadline.
  virtual SendResult send(std::string_view request, std::uint32_t span_count, base::Deadline deadline) = 0;
  // Called when nothing more comes: write out what was held back.
  virtual void finish() {}
  // Makes the send() that is under way, and all later ones, return soon.
  virtual void cancel() noexcept {}
  // Whether what cancel() breaks off may be sent again, and resume() makes later ones as before.
  virtual bool can_resume() const noexcept { return false; }
  virtual void resume() noexcept {}
  virtual std::string name() const = 0;
  // Where it sends, without credentials; it also names the exporter's spool.
  virtual std::string endpoint() const = 0;
  // What precedes _span_exporter or _metric_exporter in otel.component.type of the semantic conventions.
  virtual std::string component() const { return name(); }
};

}  // namespace container_kit::telemetry::delivery
