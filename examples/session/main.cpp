// Sessions: created, failed and over, so that session_total - session_completed_total is how many are open.

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>

#include <container_kit/telemetry.h>

namespace telemetry = container_kit::telemetry;

namespace {

struct SessionConfig {
  std::string_view type;
  std::string_view user_id;
};
struct Session {
  std::string id;
};

telemetry::Expected<Session> create_session_internal(const SessionConfig& config) {
  if (config.user_id.empty()) {
    return telemetry::Error{telemetry::ErrorCode::kInvalidArgument, "a session needs a user: set user_id"};
  }
  return Session{"session-" + std::string(config.user_id)};
}

// [create]
telemetry::Expected<Session> create_session(telemetry::Manager& tm, const SessionConfig& config) {
  auto span = tm.tracing().start_span("session.create");
  tm.add_contextual_attributes({{"session.type", config.type}, {"user.id", config.user_id}});

  auto session = create_session_internal(config);

  if (!session) {
    tm.tracing().record_error(span, session.error());
    tm.metrics().record_session_creation(config.type, true);
  } else {
    tm.metrics().record_session_creation(config.type);
    tm.record_event("session.created", {{"session.id", session->id}});
  }
  return session;
}  // the span ends here
// [/create]

// [close]
void close_session(telemetry::Manager& tm, const SessionConfig& config, std::chrono::seconds age) {
  tm.metrics().record_session_completion(config.type, age);
}
// [/close]

void show(telemetry::Manager& tm) {
  const std::string metrics = tm.scrape().body;
  for (std::size_t at = 0; at < metrics.size();) {
    const std::size_t end = metrics.find('\n', at);
    const std::string line = metrics.substr(at, end - at);
    if (line.starts_with("session_") && line.find("_total{") != std::string::npos) std::cout << line << '\n';
    at = end + 1;
  }
}

}  // namespace

int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  const SessionConfig config{"interactive", "user123"};
  std::cout << create_session(tm, config)->id << '\n';
  std::cout << create_session(tm, {"interactive", ""}).error().message << '\n';
  close_session(tm, config, std::chrono::seconds(90));

  // [whole]
  // Where a session is one call, all of it is recorded by itself.
  tm.instrument_session("batch", "session-7", [&] { tm.record_event("batch.loaded"); });
  // [/whole]
  show(tm);
}
