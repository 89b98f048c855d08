// What Sessions does, with its parts. See container_kit/kit/sessions.h.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <container_kit/kit/sessions.h>

#include "sessions/keeper_lock.h"
#include "sessions/session_errors.h"
#include "sessions/session_metrics.h"
#include "sessions/session_store.h"
#include "sessions/workspaces.h"

namespace container_kit::kit {

class Sessions::Impl {
 public:
  Impl(SessionSettings settings, telemetry::Manager& telemetry);
  ~Impl();

  const SessionSettings& settings() const { return settings_; }
  telemetry::Expected<void> open();
  ToolResult<Session> create(SessionType type);
  ToolResult<Session> find(std::string_view id);
  ToolResult<SessionList> list(const SessionFilter& filter);
  ToolResult<Session> resume(std::string_view id);
  // `state`: kCompleted or kFailed.
  ToolResult<Session> end(std::string_view id, SessionState state, std::string_view reason);
  ToolResult<void> remove(std::string_view id);
  ToolResult<Session> use(std::string_view id);
  void used(std::string_view id);
  ToolResult<SessionCleanup> clean_up();
  void keep();

 private:
  // Does the work under the mutex, and makes an answer of what it throws.
  template <typename T, typename Work>
  ToolResult<T> guarded(const Work& work);

  // These are for the work: under the mutex, and they throw.
  sessions::SessionStore& store();
  ToolResult<Session> create_now(SessionType type);
  ToolResult<Session> resume_now(std::string_view id);
  ToolResult<Session> use_now(std::string_view id);
  SessionCleanup clean_up_now();
  bool is_cleaning_due();
  std::vector<std::string> left_over();
  // What has to be true of a session that shall be open: nothing, where there is room for it.
  std::optional<ToolError> refuse_another(SessionTime at);
  void end_now(Session& session, SessionState state, std::string_view reason, SessionTime at);
  ToolResult<SessionCleanup> clean_up_in_span();
  void tell_of_end(const Session& session);
  Session shown(Session session) const;
  SessionTime now() const;
  void keep_until_stopped(const std::stop_token& stop);

  const SessionSettings settings_;
  telemetry::Manager& telemetry_;
  const sessions::Workspaces workspaces_;
  std::mutex mutex_;  // of all that follows
  std::optional<sessions::SessionStore> store_;
  sessions::SessionMetrics metrics_;
  sessions::KeeperLock keeper_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // the last member: it uses the others
};

template <typename T, typename Work>
ToolResult<T> Sessions::Impl::guarded(const Work& work) {
  if (settings_.folder.empty()) return sessions::no_folder();
  try {
    const std::lock_guard lock(mutex_);
    return work();
  } catch (const std::exception& failure) {
    return sessions::error_of(failure, settings_.folder);
  }
}

}  // namespace container_kit::kit
