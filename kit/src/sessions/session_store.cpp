#include "sessions/session_store.h"

#include <algorithm>

namespace container_kit::kit::sessions {

namespace {

// "CKs1": tells our database from any other that lies at its place.
constexpr std::int64_t kApplicationId = 0x434b7331;

// Version N is what the first N steps make. A released step never changes; a new one is added at the end.
constexpr std::array<const char*, 1> kSchema{R"(
  CREATE TABLE session (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 32),
    type TEXT NOT NULL,
    state TEXT NOT NULL,
    created INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    last_used INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ended INTEGER,
    resumed INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    has_workspace INTEGER NOT NULL,
    reason TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_by_creation ON session (created DESC, id);
)"};

// ?1 is now, everywhere below.
#define STATE_BY_NOW \
  "(CASE WHEN state IN ('created', 'resumed') AND expires <= ?1 THEN 'expired' ELSE state END)"
#define COLUMNS                                                                                         \
  "id, type, " STATE_BY_NOW                                                                             \
  ", created, opened, last_used, expires, CASE WHEN ended IS NULL AND expires <= ?1 THEN expires ELSE " \
  "ended END, resumed, bytes, has_workspace, reason"
#define MATCHING                                                             \
  " FROM session WHERE (?2 = '' OR type = ?2) AND (?3 = '' OR " STATE_BY_NOW \
  " = ?3) AND (?4 = 0 OR " STATE_BY_NOW " IN ('created', 'resumed'))"

std::int64_t number(SessionTime time) {
  return time.time_since_epoch().count();
}

SessionTime time_of(std::int64_t milliseconds) {
  return SessionTime(std::chrono::milliseconds(milliseconds));
}

// Who writes a word that we do not know has written a damaged database.
template <typename T>
T word(const std::optional<T>& known) {
  if (!known) throw SqlFailure(11, "a row of the table session makes no sense");  // SQLITE_CORRUPT
  return *known;
}

Session session_of(const Query& row) {
  enum {
    kId,
    kType,
    kState,
    kCreated,
    kOpened,
    kLastUsed,
    kExpires,
    kEnded,
    kResumed,
    kBytes,
    kHas,
    kReason
  };
  Session session;
  session.id = row.text(kId);
  session.type = word(session_type_of(row.text(kType)));
  session.state = word(session_state_of(row.text(kState)));
  session.created = time_of(row.integer(kCreated));
  session.opened = time_of(row.integer(kOpened));
  session.last_used = time_of(row.integer(kLastUsed));
  session.expires = time_of(row.integer(kExpires));
  if (!row.is_null(kEnded)) session.ended = time_of(row.integer(kEnded));
  session.resumed = row.integer(kResumed);
  session.bytes = static_cast<std::uint64_t>(row.integer(kBytes));
  session.has_workspace = row.integer(kHas) != 0;
  session.reason = row.text(kReason);
  return session;
}

void add_end(Query& query, const Session& session) {
  if (session.ended) {
    query.with(number(*session.ended));
  } else {
    query.with_null();
  }
}

void add_rest(Query& query, const Session& session) {
  query.with(session.resumed)
      .with(static_cast<std::int64_t>(session.bytes))
      .with(std::int64_t{session.has_workspace ? 1 : 0})
      .with(session.reason);
}

}  // namespace

void upgrade(Database& database, std::span<const char* const> steps) {
  Transaction transaction(database);
  const auto application = database.integer("PRAGMA application_id");
  const auto version = database.integer("PRAGMA user_version");
  const bool is_new = database.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_new && application != kApplicationId) {
    throw NewerSchema("it is a database, but none of Container Kit's");
  }
  if (version > static_cast<std::int64_t>(steps.size())) {
    throw NewerSchema("a newer Container Kit wrote it, with schema " + std::to_string(version) +
                      "; this one knows " + std::to_string(steps.size()));
  }
  if (version == static_cast<std::int64_t>(steps.size())) return;
  for (const char* step : steps.subspan(static_cast<std::size_t>(version))) database.execute(step);
  database.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
  database.execute("PRAGMA user_version = " + std::to_string(steps.size()));
  transaction.commit();
}

// FULL: also where the machine loses its power; NORMAL would sync the log at checkpoints alone.
void make_durable(Database& database) {
  if (database.text("PRAGMA journal_mode = WAL") != "wal") {
    throw SqlFailure(10, "its file system cannot share memory, which the write-ahead log needs");
  }
  database.execute("PRAGMA synchronous = FULL");
}

// quick_check reads every page; there are few.
SessionStore::SessionStore(const std::string& file, const SessionSettings& settings)
    : database_(file, settings.patience) {
  make_durable(database_);
  database_.execute("PRAGMA journal_size_limit = 1048576");
  if (database_.text("PRAGMA quick_check(1)") != "ok")
    throw SqlFailure(11, "its pages contradict each other");
  if (settings.database_pages > 0) {
    database_.execute("PRAGMA max_page_count = " + std::to_string(settings.database_pages));
  }
  upgrade(database_, kSchema);
}

void SessionStore::insert(const Session& session) {
  auto query = database_.query("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.with(session.id)
      .with(name_of(session.type))
      .with(name_of(session.state))
      .with(number(session.created))
      .with(number(session.opened))
      .with(number(session.last_used))
      .with(number(session.expires));
  add_end(query, session);
  add_rest(query, session);
  query.run();
}

std::optional<Session> SessionStore::find(std::string_view id, SessionTime now) {
  auto query = database_.query("SELECT " COLUMNS " FROM session WHERE id = ?2");
  query.with(number(now)).with(id);
  if (!query.next()) return std::nullopt;
  return session_of(query);
}

bool SessionStore::update(const Session& session, SessionState was) {
  auto query = database_.query(
      "UPDATE session SET state = ?, opened = ?, last_used = ?, expires = ?, ended = ?, resumed = ?, bytes = "
      "?, "
      "has_workspace = ?, reason = ? WHERE id = ? AND state = ?");
  query.with(name_of(session.state))
      .with(number(session.opened))
      .with(number(session.last_used))
      .with(number(session.expires));
  add_end(query, session);
  add_rest(query, session);
  return query.with(session.id).with(name_of(was)).run() > 0;
}

void SessionStore::touch(std::string_view id, SessionTime now, SessionTime expires) {
  auto query = database_.query(
      "UPDATE session SET last_used = ?1, expires = ?2 WHERE id = ?3 AND state IN ('created', 'resumed') AND "
      "last_used < ?1");
  query.with(number(now)).with(number(expires)).with(id).run();
}

void SessionStore::set_bytes(std::string_view id, std::uint64_t bytes) {
  auto query =
      database_.query("UPDATE session SET bytes = ?1 WHERE id = ?2 AND bytes <> ?1 AND has_workspace = 1");
  query.with(static_cast<std::int64_t>(bytes)).with(id).run();
}

bool SessionStore::erase(std::string_view id) {
  return database_.query("DELETE FROM session WHERE id = ?").with(id).run() > 0;
}

SessionList SessionStore::list(const SessionFilter& filter, SessionTime now) {
  const auto matching = [&](Query& query) -> Query& {
    return query.with(number(now))
        .with(filter.type ? name_of(*filter.type) : std::string_view())
        .with(filter.state ? name_of(*filter.state) : std::string_view())
        .with(std::int64_t{filter.only_open ? 1 : 0});
  };
  SessionList list;
  auto rows = database_.query("SELECT " COLUMNS MATCHING " ORDER BY created DESC, id LIMIT ?5");
  matching(rows).with(static_cast<std::int64_t>(filter.limit));
  while (rows.next()) list.sessions.push_back(session_of(rows));
  auto count = database_.query("SELECT count(*)" MATCHING);
  if (matching(count).next()) list.total = static_cast<std::size_t>(count.integer(0));
  return list;
}

std::size_t SessionStore::open_count(SessionTime now) {
  auto query =
      database_.query("SELECT count(*) FROM session WHERE state IN ('created', 'resumed') AND expires > ?");
  query.with(number(now)).next();
  return static_cast<std::size_t>(query.integer(0));
}

std::map<SessionType, std::int64_t> SessionStore::open_rows() {
  std::map<SessionType, std::int64_t> open;
  auto query = database_.query(
      "SELECT type, count(*) FROM session WHERE state IN ('created', 'resumed') GROUP BY type");
  while (query.next()) open[word(session_type_of(query.text(0)))] = query.integer(1);
  return open;
}

std::uint64_t SessionStore::bytes_together() {
  auto query = database_.query("SELECT coalesce(sum(bytes), 0) FROM session WHERE has_workspace = 1");
  query.next();
  return static_cast<std::uint64_t>(query.integer(0));
}

std::vector<Session> SessionStore::overdue(SessionTime now) {
  std::vector<Session> sessions;
  auto query = database_.query(
      "SELECT " COLUMNS
      " FROM session WHERE expires <= ?1 AND (state IN ('created', 'resumed') OR (state = 'failed' AND "
      "has_workspace = 1)) ORDER BY expires, id");
  query.with(number(now));
  while (query.next()) sessions.push_back(session_of(query));
  return sessions;
}

std::vector<std::string> SessionStore::with_workspace() {
  std::vector<std::string> ids;
  auto query = database_.query("SELECT id FROM session WHERE has_workspace = 1 ORDER BY id");
  while (query.next()) ids.push_back(query.text(0));
  return ids;
}

bool SessionStore::has_forgettable(SessionTime ended_before) {
  auto query = database_.query("SELECT 1 FROM session WHERE ended < ? AND has_workspace = 0 LIMIT 1");
  return query.with(number(ended_before)).next();
}

std::size_t SessionStore::forget(SessionTime ended_before) {
  auto query = database_.query("DELETE FROM session WHERE ended < ? AND has_workspace = 0");
  return static_cast<std::size_t>(query.with(number(ended_before)).run());
}

}  // namespace container_kit::kit::sessions
