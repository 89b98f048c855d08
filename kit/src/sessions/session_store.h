// The table of sessions in its database, and the versions of its schema.
//
// Times are milliseconds since 1970, UTC. A row says `created` or `resumed` until somebody writes that it has
// expired; what is read here says `expired` from that instant on.
//
// Thread safety: none. Errors: SqlFailure, and NewerSchema from the constructor.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/sessions.h>

#include "sessions/database.h"

namespace container_kit::kit::sessions {

// The database is of a later version of this program, or of another one.
class NewerSchema : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// From here on a commit is on the disk when it returns, in a write-ahead log that other processes can read
// beside. Throws where the file system cannot do that.
void make_durable(Database& database);

// Brings the schema to the version `steps.size()`: step N goes from version N to N + 1. All in one
// transaction.
void upgrade(Database& database, std::span<const char* const> steps);

class SessionStore {
 public:
  SessionStore(const std::string& file, const SessionSettings& settings);

  // Whatever is decided by what has been read belongs in one.
  Transaction begin() { return Transaction(database_); }

  void insert(const Session& session);
  std::optional<Session> find(std::string_view id, SessionTime now);
  // All but its id, type and time of creation. False where it is not there, or its row is not in the state
  // that `was` says any more.
  bool update(const Session& session, SessionState was);
  void touch(std::string_view id, SessionTime now, SessionTime expires);
  void set_bytes(std::string_view id, std::uint64_t bytes);
  bool erase(std::string_view id);

  SessionList list(const SessionFilter& filter, SessionTime now);
  // Those that are open and not expired.
  std::size_t open_count(SessionTime now);
  // By their rows, expired or not.
  std::map<SessionType, std::int64_t> open_rows();
  std::uint64_t bytes_together();
  // Their time is over: open rows that nobody used, and failed ones that still have a workspace.
  std::vector<Session> overdue(SessionTime now);
  // Ids of those that have a workspace.
  std::vector<std::string> with_workspace();
  bool has_forgettable(SessionTime ended_before);
  // Those that ended before that and have no workspace any more. How many they were.
  std::size_t forget(SessionTime ended_before);

 private:
  Database database_;
};

}  // namespace container_kit::kit::sessions
