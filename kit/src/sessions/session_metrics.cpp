#include "sessions/session_metrics.h"

namespace container_kit::kit::sessions {

namespace {

telemetry::InstrumentOptions described(std::string_view description, std::string_view unit = {}) {
  telemetry::InstrumentOptions options;
  options.description = description;
  options.unit = unit;
  return options;
}

}  // namespace

SessionMetrics::SessionMetrics(telemetry::Manager& telemetry, const SessionSettings& settings)
    : metrics_(telemetry.metrics()) {
  auto& meter = metrics_.meter();
  limit_ = meter.gauge<std::int64_t>("session_limit", described("How many sessions may be open."));
  bytes_ = meter.gauge<std::int64_t>("session_workspace_bytes",
                                     described("What the workspaces of all sessions hold.", "By"));
  cleanups_ = meter.counter<std::int64_t>("session_cleanup_total", described("Cleanings of sessions."));
  cleanup_errors_ = meter.counter<std::int64_t>(
      "session_cleanup_errors_total", described("Cleanings that failed, or left something behind."));
  removed_ = meter.counter<std::int64_t>("session_cleanup_removed_total",
                                         described("Workspaces that cleanings removed."));
  auto duration = described("How long cleanings of sessions took.", "s");
  duration.boundaries = telemetry::duration_boundaries();
  cleanup_duration_ = meter.histogram<double>("session_cleanup_duration_seconds", duration);
  limit_.record(static_cast<std::int64_t>(settings.most_open));
  for (auto* counter : {&cleanups_, &cleanup_errors_, &removed_}) counter->add(0);
}

void SessionMetrics::opened(SessionType type) {
  metrics_.record_session_creation(name_of(type));
  ++counted_open_[type];
}

void SessionMetrics::refused(SessionType type) {
  metrics_.record_session_creation(name_of(type), true);
}

void SessionMetrics::ended(const Session& session) {
  const auto type = name_of(session.type);
  if (session.state == SessionState::kFailed) metrics_.record_session_error(type);
  metrics_.record_session_completion(type, session.ended.value_or(session.opened) - session.opened);
  --counted_open_[session.type];
}

void SessionMetrics::take_over(const std::map<SessionType, std::int64_t>& open) {
  for (std::size_t i = 0; i < kSessionTypes.size(); ++i) {
    const auto type = static_cast<SessionType>(i);
    const auto found = open.find(type);
    const std::int64_t wanted = found == open.end() ? 0 : found->second;
    std::int64_t& counted = counted_open_[type];
    for (; counted < wanted; ++counted) metrics_.record_session_creation(name_of(type));
    for (; counted > wanted; --counted) metrics_.record_session_completion(name_of(type));
  }
}

void SessionMetrics::cleaned(std::chrono::steady_clock::duration took,
                             const ToolResult<SessionCleanup>& result) {
  cleanups_.add(1);
  cleanup_duration_.record(std::chrono::duration<double>(took).count());
  if (!result || result->failed > 0) cleanup_errors_.add(1);
  if (result) removed_.add(static_cast<std::int64_t>(result->removed));
}

}  // namespace container_kit::kit::sessions
