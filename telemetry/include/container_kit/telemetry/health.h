// Health: what telemetry itself is doing, as numbers that can be trusted. GET /health/telemetry serves it.
//
// Thread safety and ownership: a plain value, a snapshot of one moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::telemetry {

enum class ExporterState : std::uint8_t {
  kOk,        // the receiver takes what it is sent, or has not been sent anything
  kRetrying,  // it is away or busy; what it should have is kept in memory
  kSpooling,  // the same, and what it should have is kept on disk
  kFailing,   // it refuses what it is sent
};

// Spans that an exporter was given are exported, rejected, dropped, queued, or in its spool. Of an exporter
// of metrics, what counts spans counts data points.
struct ExporterHealth {
  std::string name;               // otlp, console
  std::string signal = "traces";  // or metrics
  std::string endpoint;           // where it sends, credentials left out
  std::string component;          // otel.component.name of its metrics: otlp_http_span_exporter/0
  ExporterState state = ExporterState::kOk;
  std::uint64_t exported_spans = 0;
  std::uint64_t rejected_spans = 0;  // by the receiver, for good
  std::uint64_t exported_batches = 0;
  std::uint64_t failed_attempts = 0;
  std::uint64_t queued_spans = 0;   // in memory
  std::uint64_t spooled_spans = 0;  // ever written to the spool
  std::uint64_t spool_spans = 0;    // in the spool now, those that an earlier process left among them
  std::uint64_t spool_bytes = 0;
  std::uint64_t dropped_for_room = 0;  // spans: the queue or the spool was full
  std::uint64_t dropped_for_age = 0;   // spans
  std::uint64_t torn_records = 0;      // of the spool: made no sense, and were passed over
  std::int64_t last_success_ns = 0;    // Unix time; 0: none
  std::string last_error;              // empty while the last attempt went well
};

std::string_view to_string(ExporterState state) noexcept;  // ok, retrying, spooling, failing

// What earlier processes of this service left in their flight buffers when they were killed.
struct RecoveryHealth {
  std::uint64_t processes = 0;
  std::uint64_t finished_spans = 0;
  std::uint64_t incomplete_spans = 0;  // were open; exported with container_kit.incomplete=true
  std::uint64_t torn_records = 0;      // made no sense, and were passed over
};

// Attributes and texts that the rules of privacy.h changed.
struct PrivacyHealth {
  bool enabled = false;
  std::uint64_t dropped = 0;
  std::uint64_t masked = 0;
  std::uint64_t hashed = 0;
};

// Spans that have been open for longer than Config::span_leak_after, as of the last look, which was at most
// half a minute ago.
struct SpanLeakHealth {
  std::uint64_t count = 0;
  std::chrono::nanoseconds oldest{0};  // its age
  std::string oldest_name;
};

struct Health {
  bool initialized = false;
  bool tracing_enabled = false;
  bool metrics_enabled = false;
  std::uint64_t spans_started = 0;  // recording ones
  std::uint64_t spans_ended = 0;
  std::uint64_t spans_exported = 0;      // delivered by every exporter that there is, or in its spool
  std::uint64_t spans_discarded = 0;     // as the tail rule says, or recorded for span processors only
  std::uint64_t spans_dropped = 0;       // of all reasons: no room, failed exports
  std::uint64_t spans_queued = 0;        // ended and not yet exported or dropped
  std::uint64_t spans_processed = 0;     // settled by every exporter, whatever became of them, or discarded
  std::uint64_t spans_without_room = 0;  // dropped before any exporter could get them
  // Spans that the flight buffer could hold at once, were they as small as spans can be; and its bytes.
  std::uint64_t queue_capacity_spans = 0;
  std::uint64_t queue_bytes = 0;  // in use
  std::uint64_t queue_capacity_bytes = 0;
  std::uint64_t spans_live = 0;  // started and not yet ended
  RecoveryHealth recovered;
  PrivacyHealth privacy;
  SpanLeakHealth span_leaks;
  std::string last_error;
  std::vector<ExporterHealth> exporters;

  // The snapshot as a JSON object: {"status":"ok","tracing":{...},"metrics":{...},"exporters":[...],...}.
  std::string to_json() const;
};

}  // namespace container_kit::telemetry
