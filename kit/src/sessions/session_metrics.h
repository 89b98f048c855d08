// What the metrics are told of sessions, so that session_total - session_completed_total stays what is open.
//
// This process counts what it opens and ends itself. The keeper, beside that, takes over what it finds open:
// from then on its counters say how many sessions the folder has.
//
// Thread safety: refused() and cleaned(); the others none, under the mutex of Sessions. Ownership: borrows
// the telemetry.
#pragma once

#include <map>

#include <container_kit/kit/sessions.h>
#include <container_kit/telemetry/manager.h>

namespace container_kit::kit::sessions {

class SessionMetrics {
 public:
  SessionMetrics(telemetry::Manager& telemetry, const SessionSettings& settings);

  void opened(SessionType type);
  void refused(SessionType type);
  // `session.ended` is set. One that failed is an error, too.
  void ended(const Session& session);

  // Counts so much that this process's open sessions are those of the folder.
  void take_over(const std::map<SessionType, std::int64_t>& open);

  void workspace_bytes(std::uint64_t bytes) { bytes_.record(static_cast<std::int64_t>(bytes)); }
  void cleaned(std::chrono::steady_clock::duration took, const ToolResult<SessionCleanup>& result);

 private:
  telemetry::Metrics& metrics_;
  std::map<SessionType, std::int64_t> counted_open_;
  telemetry::Gauge<std::int64_t> limit_;
  telemetry::Gauge<std::int64_t> bytes_;
  telemetry::Counter<std::int64_t> cleanups_;
  telemetry::Counter<std::int64_t> cleanup_errors_;
  telemetry::Counter<std::int64_t> removed_;
  telemetry::Histogram<double> cleanup_duration_;
};

}  // namespace container_kit::kit::sessions
