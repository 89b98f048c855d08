// The cleaning, and the thread that does it in intervals.
#include <algorithm>
#include <iterator>

#include "sessions/sessions_impl.h"

namespace container_kit::kit {

// One that has nothing to do would be a trace a minute that says so.
ToolResult<SessionCleanup> Sessions::Impl::clean_up() {
  const auto started = std::chrono::steady_clock::now();
  const auto is_due = guarded<bool>([&]() -> ToolResult<bool> { return is_cleaning_due(); });
  auto done = is_due && !*is_due ? ToolResult<SessionCleanup>(SessionCleanup()) : clean_up_in_span();
  metrics_.cleaned(std::chrono::steady_clock::now() - started, done);
  return done;
}

bool Sessions::Impl::is_cleaning_due() {
  const auto transaction = store().begin();
  metrics_.workspace_bytes(store().bytes_together());
  const auto at = now();
  return !store().overdue(at).empty() || store().has_forgettable(at - settings_.history) ||
         !left_over().empty();
}

ToolResult<SessionCleanup> Sessions::Impl::clean_up_in_span() {
  const auto clean = [&]() -> ToolResult<SessionCleanup> {
    std::vector<std::string> folders;
    auto done = guarded<SessionCleanup>([&]() -> ToolResult<SessionCleanup> {
      auto cleaned = clean_up_now();
      const auto transaction = store().begin();
      folders = left_over();
      return cleaned;
    });
    if (!done) return done;
    for (const auto& id : folders) ++(workspaces_.remove(id) ? done->removed : done->failed);
    telemetry::Manager::add_contextual_attributes({{"session.expired.count", done->expired},
                                                   {"session.removed.count", done->removed},
                                                   {"session.forgotten.count", done->forgotten},
                                                   {"session.unremoved.count", done->failed}});
    return done;
  };
  return telemetry_.instrument_operation(telemetry::Context(), "session.cleanup", clean);
}

// What the rows say of those whose time is over. Their folders go afterwards, without the lock.
SessionCleanup Sessions::Impl::clean_up_now() {
  SessionCleanup done;
  const auto at = now();
  auto transaction = store().begin();
  auto overdue = store().overdue(at);
  for (auto& session : overdue) {
    if (session.state == SessionState::kFailed) {
      session.has_workspace = false;
      session.bytes = 0;
      store().update(session, SessionState::kFailed);
    } else {
      end_now(session, SessionState::kExpired, "", at);
      ++done.expired;
    }
  }
  done.forgotten = store().forget(at - settings_.history);
  const auto bytes = store().bytes_together();
  transaction.commit();
  metrics_.workspace_bytes(bytes);
  for (const auto& session : overdue) {
    if (session.state == SessionState::kExpired) tell_of_end(session);
  }
  return done;
}

// Folders that no session claims: of those that have ended, or from a process that was killed while it made
// one. Precondition: in a transaction, so that nobody makes one meanwhile.
std::vector<std::string> Sessions::Impl::left_over() {
  const auto folders = workspaces_.all();
  const auto claimed = store().with_workspace();
  std::vector<std::string> unclaimed;
  std::set_difference(folders.begin(), folders.end(), claimed.begin(), claimed.end(),
                      std::back_inserter(unclaimed));
  return unclaimed;
}

void Sessions::Impl::keep() {
  const std::lock_guard lock(mutex_);
  if (settings_.folder.empty() || thread_.joinable()) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { keep_until_stopped(stop); });
}

void Sessions::Impl::keep_until_stopped(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto is_keeper = guarded<bool>([&]() -> ToolResult<bool> {
      if (keeper_.is_held()) return true;
      auto& known = store();
      if (!keeper_.try_take()) return false;
      metrics_.take_over(known.open_rows());
      return true;
    });
    if (is_keeper && *is_keeper) static_cast<void>(clean_up());
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, settings_.cleanup_interval, [] { return false; });
  }
}

}  // namespace container_kit::kit
