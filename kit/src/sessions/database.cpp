#include "sessions/database.h"

#include <sqlite3.h>

namespace container_kit::kit::sessions {

namespace {

constexpr int kPrimaryCode = 0xff;  // the low byte of an extended code

SqlFailure::Kind kind_of(int code) {
  switch (code & kPrimaryCode) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return SqlFailure::Kind::kBusy;
    case SQLITE_FULL:
      return SqlFailure::Kind::kFull;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return SqlFailure::Kind::kDamaged;
    default:
      return SqlFailure::Kind::kOther;
  }
}

[[noreturn]] void fail(sqlite3* database, int code) {
  throw SqlFailure(code, database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code));
}

void check(sqlite3_stmt& statement, int code) {
  if (code != SQLITE_OK) fail(sqlite3_db_handle(&statement), code);
}

}  // namespace

SqlFailure::SqlFailure(int code, const std::string& message)
    : std::runtime_error(message), kind_(kind_of(code)) {}

Query::~Query() {
  sqlite3_reset(&statement_);
  sqlite3_clear_bindings(&statement_);
}

Query& Query::with(std::string_view text) {
  const char* const start = text.empty() ? "" : text.data();  // a null pointer would be SQL's NULL
  check(statement_,
        sqlite3_bind_text64(&statement_, ++bound_, start, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Query& Query::with(std::int64_t number) {
  check(statement_, sqlite3_bind_int64(&statement_, ++bound_, number));
  return *this;
}

Query& Query::with_null() {
  check(statement_, sqlite3_bind_null(&statement_, ++bound_));
  return *this;
}

bool Query::next() {
  const int code = sqlite3_step(&statement_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail(sqlite3_db_handle(&statement_), code);
  return code == SQLITE_ROW;
}

std::int64_t Query::run() {
  while (next()) {
  }
  return sqlite3_changes64(sqlite3_db_handle(&statement_));
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(&statement_, column);
}

std::string Query::text(int column) const {
  const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(&statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(&statement_, column));
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(&statement_, column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const noexcept {
  sqlite3_close(database);
}

void Database::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

// NOMUTEX: the owner's mutex is enough. SQLite opens its files with O_CLOEXEC.
Database::Database(const std::string& file, std::chrono::milliseconds patience) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK) fail(opened, code);
  sqlite3_busy_timeout(opened, static_cast<int>(patience.count()));
}

Database::~Database() = default;

Database::Statement Database::prepare(const char* sql) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (code != SQLITE_OK) fail(handle_.get(), code);
  return Statement(prepared);
}

Query Database::query(const char* sql) {
  Statement& statement = statements_[sql];
  if (!statement) statement = prepare(sql);
  return Query(*statement);
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_.get(), code);
}

std::int64_t Database::integer(const std::string& sql) {
  const Statement statement = prepare(sql.c_str());
  Query query(*statement);
  return query.next() ? query.integer(0) : 0;
}

std::string Database::text(const std::string& sql) {
  const Statement statement = prepare(sql.c_str());
  Query query(*statement);
  return query.next() ? query.text(0) : std::string();
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

// Where SQLite has rolled back by itself, as it may on a full disk, there is nothing left to undo.
Transaction::~Transaction() {
  if (!is_open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const SqlFailure&) {
    is_open_ = false;
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  is_open_ = false;
}

}  // namespace container_kit::kit::sessions
