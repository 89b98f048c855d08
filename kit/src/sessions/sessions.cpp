#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sessions/session_errors.h"
#include "sessions/sessions_impl.h"
#include "tools/quoted.h"

namespace container_kit::kit {

namespace {

constexpr std::chrono::seconds kTouchInterval{1};  // more often a session's last use is not written

// SQLite would make the file by the umask; the files beside it take its mode.
void make_private_file(const std::string& path) {
  const analysis::UniqueFd fd(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!fd) throw std::system_error(errno, std::generic_category(), path);
}

void make_folder(const std::string& path) {
  if (const int problem = sessions::make_private_folder(path); problem != 0) {
    throw std::system_error(problem, std::generic_category(), path);
  }
}

}  // namespace

Sessions::Impl::Impl(SessionSettings settings, telemetry::Manager& telemetry)
    : settings_(std::move(settings)),
      telemetry_(telemetry),
      workspaces_(settings_.folder + "/workspaces"),
      metrics_(telemetry, settings_),
      keeper_(settings_.folder + "/keeper.lock") {}

Sessions::Impl::~Impl() {
  thread_ = {};
}

SessionTime Sessions::Impl::now() const {
  if (settings_.now) return settings_.now();
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

sessions::SessionStore& Sessions::Impl::store() {
  if (store_) return *store_;
  make_folder(settings_.folder);
  make_folder(settings_.folder + "/workspaces");
  const std::string file = settings_.folder + "/sessions.db";
  make_private_file(file);
  return store_.emplace(file, settings_);
}

telemetry::Expected<void> Sessions::Impl::open() {
  const auto opened = guarded<bool>([&]() -> ToolResult<bool> {
    store();
    return true;
  });
  if (opened) return {};
  return telemetry::Error{telemetry::ErrorCode::kUnavailable, opened.error().message};
}

// What an answer says beyond the row.
Session Sessions::Impl::shown(Session session) const {
  if (session.has_workspace) session.workspace = workspaces_.path_of(session.id);
  return session;
}

std::optional<ToolError> Sessions::Impl::refuse_another(SessionTime at) {
  if (store().open_count(at) >= settings_.most_open) return sessions::too_many(settings_.most_open);
  const auto bytes = store().bytes_together();
  if (bytes < settings_.bytes_together) return std::nullopt;
  return sessions::too_many_bytes(bytes, settings_.bytes_together);
}

ToolResult<Session> Sessions::Impl::create(SessionType type) {
  return telemetry_.instrument_operation("session.create", [&] {
    telemetry::Manager::add_contextual_attributes({{"session.type", name_of(type)}});
    auto created = guarded<Session>([&] { return create_now(type); });
    if (created) {
      telemetry::Manager::record_event("session.created", {{"session.id", created->id}});
    } else {
      metrics_.refused(type);
    }
    return created;
  });
}

// The folder is made while nobody else writes, so that a cleaning never takes it for one that is left over.
ToolResult<Session> Sessions::Impl::create_now(SessionType type) {
  auto transaction = store().begin();
  const auto at = now();
  if (auto refused = refuse_another(at)) return std::move(*refused);
  Session session{sessions::random_id(), type, SessionState::kCreated, at, at, at, at + settings_.lifetime};
  if (const int problem = workspaces_.make(session.id); problem != 0) {
    throw std::system_error(problem, std::generic_category(), workspaces_.path_of(session.id));
  }
  try {
    store().insert(session);
    transaction.commit();
  } catch (...) {
    workspaces_.remove(session.id);
    throw;
  }
  metrics_.opened(type);
  return shown(std::move(session));
}

ToolResult<Session> Sessions::Impl::find(std::string_view id) {
  return guarded<Session>([&]() -> ToolResult<Session> {
    auto session = store().find(id, now());
    if (!session) return sessions::not_found(id);
    return shown(std::move(*session));
  });
}

ToolResult<SessionList> Sessions::Impl::list(const SessionFilter& filter) {
  return guarded<SessionList>([&]() -> ToolResult<SessionList> {
    auto list = store().list(filter, now());
    for (auto& session : list.sessions) session = shown(std::move(session));
    return list;
  });
}

ToolResult<Session> Sessions::Impl::resume(std::string_view id) {
  return telemetry_.instrument_operation("session.resume", [&] {
    telemetry::Manager::add_contextual_attributes({{"session.id", shortened(id)}});
    return guarded<Session>([&] { return resume_now(id); });
  });
}

ToolResult<Session> Sessions::Impl::resume_now(std::string_view id) {
  auto transaction = store().begin();
  const auto at = now();
  auto session = store().find(id, at);
  if (!session) return sessions::not_found(id);
  const bool was_failed = session->state == SessionState::kFailed && session->has_workspace;
  if (!is_open(session->state) && !was_failed) return sessions::is_over(*session, "resumed");
  if (was_failed) {
    if (auto refused = refuse_another(at)) return std::move(*refused);
    session->opened = at;
    session->ended.reset();
    session->reason.clear();
  }
  if (const int problem = workspaces_.make(id); problem != 0) {
    throw std::system_error(problem, std::generic_category(), workspaces_.path_of(id));
  }
  const auto was = session->state;
  session->state = SessionState::kResumed;
  session->last_used = at;
  session->expires = at + settings_.lifetime;
  ++session->resumed;
  store().update(*session, was);
  transaction.commit();
  if (was_failed) metrics_.opened(session->type);
  telemetry::Manager::add_contextual_attributes({{"session.type", name_of(session->type)}});
  telemetry::Manager::record_event("session.resumed",
                                   {{"session.id", session->id}, {"session.was", name_of(was)}});
  return shown(std::move(*session));
}

// Precondition: in a transaction, and the session is open by its row.
void Sessions::Impl::end_now(Session& session, SessionState state, std::string_view reason, SessionTime at) {
  const bool stays = state == SessionState::kFailed;
  const auto was = session.resumed > 0 ? SessionState::kResumed : SessionState::kCreated;
  session.state = state;
  session.ended = at;
  session.reason = reason;
  session.has_workspace = stays;
  if (stays) {
    session.expires = at + settings_.lifetime;
  } else {
    session.bytes = 0;
  }
  store().update(session, was);
}

// The metrics and the event of an end that is on the disk.
void Sessions::Impl::tell_of_end(const Session& session) {
  metrics_.ended(session);
  const std::string event = "session." + std::string(name_of(session.state));
  if (session.state == SessionState::kFailed) {
    return telemetry::Manager::record_event(event, {{"session.id", session.id},
                                                    {"error.type", "session_failed"},
                                                    {"error.component", "session"},
                                                    {"session.reason", session.reason}});
  }
  telemetry::Manager::record_event(event, {{"session.id", session.id}});
}

ToolResult<Session> Sessions::Impl::end(std::string_view id, SessionState state, std::string_view reason) {
  const bool fails = state == SessionState::kFailed;
  return telemetry_.instrument_operation(fails ? "session.fail" : "session.complete", [&] {
    telemetry::Manager::add_contextual_attributes({{"session.id", shortened(id)}});
    auto ended = guarded<Session>([&]() -> ToolResult<Session> {
      auto transaction = store().begin();
      const auto at = now();
      auto session = store().find(id, at);
      if (!session) return sessions::not_found(id);
      if (!is_open(session->state)) return sessions::is_over(*session, name_of(state));
      end_now(*session, state, reason, at);
      transaction.commit();
      telemetry::Manager::add_contextual_attributes({{"session.type", name_of(session->type)}});
      tell_of_end(*session);
      return shown(std::move(*session));
    });
    // What cannot be removed now a cleaning will.
    if (ended && !ended->has_workspace) workspaces_.remove(ended->id);
    return ended;
  });
}

ToolResult<void> Sessions::Impl::remove(std::string_view id) {
  return telemetry_.instrument_operation("session.remove", [&]() -> ToolResult<void> {
    telemetry::Manager::add_contextual_attributes({{"session.id", shortened(id)}});
    const auto removed = guarded<Session>([&]() -> ToolResult<Session> {
      auto transaction = store().begin();
      const auto at = now();
      auto session = store().find(id, at);
      if (!session) return sessions::not_found(id);
      // What has expired and still has its workspace has not been told of yet.
      const bool is_counted_open =
          is_open(session->state) || (session->state == SessionState::kExpired && session->has_workspace);
      store().erase(id);
      transaction.commit();
      if (!is_counted_open) return *session;
      if (is_open(session->state)) session->state = SessionState::kCompleted;
      session->ended = at;
      tell_of_end(*session);
      return *session;
    });
    if (!removed) return removed.error();
    workspaces_.remove(removed->id);
    return {};
  });
}

ToolResult<Session> Sessions::Impl::use(std::string_view id) {
  return guarded<Session>([&] { return use_now(id); });
}

ToolResult<Session> Sessions::Impl::use_now(std::string_view id) {
  const auto at = now();
  auto session = store().find(id, at);
  if (!session) return sessions::not_found(id);
  if (!is_open(session->state)) return sessions::is_over(*session, "used");
  if (session->bytes > settings_.bytes_each) {  // unless somebody has made room since
    session->bytes = workspaces_.bytes_of(id);
    store().set_bytes(id, session->bytes);
    if (session->bytes > settings_.bytes_each) {
      return sessions::too_large(session->bytes, settings_.bytes_each);
    }
  }
  if (const auto together = store().bytes_together(); together > settings_.bytes_together) {
    return sessions::too_many_bytes(together, settings_.bytes_together);
  }
  if (const int problem = workspaces_.make(id); problem != 0) {
    throw std::system_error(problem, std::generic_category(), workspaces_.path_of(id));
  }
  if (at - session->last_used >= kTouchInterval) {
    session->last_used = at;
    session->expires = at + settings_.lifetime;
    store().touch(id, at, session->expires);
  }
  return shown(std::move(*session));
}

void Sessions::Impl::used(std::string_view id) {
  const auto bytes = workspaces_.bytes_of(id);
  const auto told = guarded<bool>([&]() -> ToolResult<bool> {
    store().set_bytes(id, bytes);
    const auto at = now();
    store().touch(id, at, at + settings_.lifetime);
    return true;
  });
  if (!told) telemetry::Manager::record_error(told.error());
}

Sessions::Sessions(SessionSettings settings, telemetry::Manager& telemetry)
    : impl_(std::make_unique<Impl>(std::move(settings), telemetry)) {}
Sessions::~Sessions() = default;

const SessionSettings& Sessions::settings() const noexcept {
  return impl_->settings();
}
telemetry::Expected<void> Sessions::open() {
  return impl_->open();
}
ToolResult<Session> Sessions::create(SessionType type) {
  return impl_->create(type);
}
ToolResult<Session> Sessions::find(std::string_view id) {
  return impl_->find(id);
}
ToolResult<SessionList> Sessions::list(const SessionFilter& filter) {
  return impl_->list(filter);
}
ToolResult<Session> Sessions::resume(std::string_view id) {
  return impl_->resume(id);
}
ToolResult<Session> Sessions::complete(std::string_view id) {
  return impl_->end(id, SessionState::kCompleted, "");
}
ToolResult<Session> Sessions::fail(std::string_view id, std::string_view reason) {
  return impl_->end(id, SessionState::kFailed, reason);
}
ToolResult<void> Sessions::remove(std::string_view id) {
  return impl_->remove(id);
}
ToolResult<Session> Sessions::use(std::string_view id) {
  return impl_->use(id);
}
void Sessions::used(std::string_view id) noexcept {
  impl_->used(id);
}
ToolResult<SessionCleanup> Sessions::clean_up() {
  return impl_->clean_up();
}
void Sessions::keep() {
  impl_->keep();
}

}  // namespace container_kit::kit
