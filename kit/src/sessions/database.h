// SQLite behind a few lines: a database, its prepared statements, a transaction.
//
// Thread safety: none; whoever owns a Database sees to it that one thread at a time uses it and what came of
// it. Ownership: a Database owns its statements; a Query borrows one for as long as it lives.
// Errors: SqlFailure is thrown, and caught where an answer is made of it; it does not leave kit/src/sessions.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace container_kit::kit::sessions {

class SqlFailure : public std::runtime_error {
 public:
  enum class Kind {
    kBusy,     // another process held it for longer than we wait
    kFull,     // no space on the disk, or the database has as many pages as it may
    kDamaged,  // the file is no database any more
    kOther,
  };
  SqlFailure(int code, const std::string& message);

  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

class Database;

// One run of a prepared statement. It is reset at the end of the scope.
class Query {
 public:
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // The next parameter, from the first on. The text is copied.
  Query& with(std::string_view text);
  Query& with(std::int64_t number);
  Query& with_null();

  // False where there are no more rows.
  bool next();
  // Runs it to its end. How many rows it changed.
  std::int64_t run();

  // Of the row at hand, by column from 0.
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  explicit Query(sqlite3_stmt& statement) : statement_(statement) {}

  sqlite3_stmt& statement_;
  int bound_ = 0;
};

class Database {
 public:
  // Opens it, or makes it, and waits up to `patience` where another process writes.
  Database(const std::string& file, std::chrono::milliseconds patience);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Prepared once, and kept by its address: `sql` is a literal.
  Query query(const char* sql);
  // Statements without parameters and without rows that anybody reads.
  void execute(const std::string& sql);
  // The first column of the first row.
  std::int64_t integer(const std::string& sql);
  std::string text(const std::string& sql);

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  Statement prepare(const char* sql);

  std::unique_ptr<sqlite3, Close> handle_;
  std::map<const void*, Statement> statements_;  // the second member: it goes before the first
};

// The one writer from here on, until commit() or, undone, the end of the scope.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

}  // namespace container_kit::kit::sessions
