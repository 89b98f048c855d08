// Sessions: what makes, finds, ends and cleans up sessions, and keeps them in a folder through restarts.
//
// They lie in SQLite (write-ahead log, each change synced), so that a killed process loses nothing. Several
// processes may share a folder: they take turns in writing. One of them, the keeper, cleans up and counts the
// sessions that it finds open; when it has gone, another one is.
//
// Every change is a span (session.create, session.resume, ...) with the guide's events and metrics:
// session_total - session_completed_total is how many are open. So is a cleaning that finds something to do:
// session.cleanup; session_cleanup_* measure all of them.
//
// Thread safety: every member. All but the constructor and settings() may block for the disk, or for another
// process: never call them on a thread that serves connections.
// Ownership: borrows the telemetry, which must outlive it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/session.h>
#include <container_kit/kit/tool_error.h>
#include <container_kit/telemetry/manager.h>

namespace container_kit::kit {

struct SessionSettings {
  std::string folder = {};                             // empty: there are no sessions
  std::size_t most_open = 10;                          // at a time
  std::uint64_t bytes_each = std::uint64_t{1} << 30U;  // of a workspace
  std::uint64_t bytes_together = std::uint64_t{10} << 30U;
  std::chrono::milliseconds lifetime = std::chrono::hours(24);     // since the last use
  std::chrono::milliseconds history = std::chrono::hours(24 * 7);  // how long ended ones are remembered
  std::chrono::milliseconds cleanup_interval = std::chrono::minutes(1);
  std::chrono::milliseconds patience = std::chrono::seconds(5);  // with another process that writes
  std::int64_t database_pages = 0;                               // at most, of 4 KiB; 0: no limit
  std::function<SessionTime()> now = {};                         // empty: the system's clock

  // By CONTAINER_KIT_SESSION_*, in the folder /sessions of CONTAINER_KIT_STATE_DIR, else of
  // $XDG_STATE_HOME/container-kit, else of $HOME/.local/state/container-kit, the first that can be written
  // to. The error names every variable that is wrong.
  static telemetry::Expected<SessionSettings> from_environment();
};

// A variable that from_environment() reads, as help and documentation show it.
struct SessionVariable {
  std::string name;
  std::string otherwise;  // what holds where it is unset or empty
  std::string allowed;
  std::string description;
};
std::vector<SessionVariable> session_variables();

struct SessionFilter {
  std::optional<SessionType> type = {};
  std::optional<SessionState> state = {};
  bool only_open = false;
  std::size_t limit = 100;
};

struct SessionList {
  std::vector<Session> sessions;  // the newest first, of the same instant by id
  std::size_t total = 0;          // that match, also beyond the limit
};

// What one cleaning did.
struct SessionCleanup {
  std::size_t expired = 0;
  std::size_t removed = 0;  // workspaces
  std::size_t forgotten = 0;
  std::size_t failed = 0;  // workspaces that could not be removed; the next cleaning tries again
};

class Sessions {
 public:
  Sessions(SessionSettings settings, telemetry::Manager& telemetry);
  ~Sessions();
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  const SessionSettings& settings() const noexcept;

  // Whoever needs sessions from the start learns here why there are none, and what to do. Otherwise the first
  // call opens them.
  telemetry::Expected<void> open();

  // Errors of all that follow: kUnavailable where there are no sessions or another process holds them for
  // too long, kStorageFull, kInternal; of those with an id kSessionNotFound.

  // kLimitReached where there are too many open ones, or too many bytes in all workspaces.
  ToolResult<Session> create(SessionType type);
  ToolResult<Session> find(std::string_view id);
  ToolResult<SessionList> list(const SessionFilter& filter);
  // Open ones, and one that failed; kConflict for what is final, kLimitReached as create().
  ToolResult<Session> resume(std::string_view id);
  // kConflict for what is not open. The workspace of one that completed is removed; that of one that failed
  // stays until it would have expired.
  ToolResult<Session> complete(std::string_view id);
  ToolResult<Session> fail(std::string_view id, std::string_view reason);
  // With its workspace, and it is forgotten; an open one completes.
  ToolResult<void> remove(std::string_view id);

  // A call in this session begins: kConflict for what is not open, kTooLarge where its workspace holds more
  // than it may. Its folder is there afterwards.
  ToolResult<Session> use(std::string_view id);
  // The call has ended: what it left in the workspace is measured.
  void used(std::string_view id) noexcept;

  // Expires, removes, forgets. The keeper's thread does so in intervals from keep() on.
  ToolResult<SessionCleanup> clean_up();
  void keep();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace container_kit::kit
