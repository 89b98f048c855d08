// Health: what telemetry itself is doing, as numbers that can be trusted. GET /health/telemetry serves it.
//
// Thread safety and ownership: a plain value, a snapshot of one moment.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace container_kit::telemetry {

struct ExporterHealth {
  std::string name;      // otlp, console
  std::string endpoint;  // where it sends, credentials left out
  std::uint64_t exported_spans = 0;
  std::uint64_t failed_spans = 0;  // given up after retries, or refused for good
  std::uint64_t exported_batches = 0;
  std::string last_error;  // empty while none has happened
};

// What earlier processes of this service left in their flight buffers when they were killed.
struct RecoveryHealth {
  std::uint64_t processes = 0;
  std::uint64_t finished_spans = 0;
  std::uint64_t incomplete_spans = 0;  // were open; exported with container_kit.incomplete=true
  std::uint64_t torn_records = 0;      // made no sense, and were passed over
};

struct Health {
  bool initialized = false;
  bool tracing_enabled = false;
  bool metrics_enabled = false;
  std::uint64_t spans_started = 0;  // recording ones
  std::uint64_t spans_ended = 0;
  std::uint64_t spans_exported = 0;   // by every exporter that there is
  std::uint64_t spans_discarded = 0;  // as the tail rule says, or recorded for span processors only
  std::uint64_t spans_dropped = 0;    // of all reasons: no room, failed exports
  std::uint64_t spans_queued = 0;     // ended and not yet exported or dropped
  std::uint64_t spans_live = 0;       // started and not yet ended
  RecoveryHealth recovered;
  std::string last_error;
  std::vector<ExporterHealth> exporters;

  // The snapshot as a JSON object: {"status":"ok","tracing":{...},"metrics":{...},"exporters":[...],...}.
  std::string to_json() const;
};

}  // namespace container_kit::telemetry
