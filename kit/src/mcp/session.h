// A session of MCP 2025-11-25 and earlier: what initialize agreed on, and what is under way.
//
// Over HTTP it is named by Mcp-Session-Id; over stdio there is one, the process.
//
// Thread safety: agree() before the session is known to others; every other member from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "mcp/call_table.h"

namespace container_kit::kit::mcp {

// RFC 5424's, as MCP names them, the least severe first.
enum class LogLevel { kDebug, kInfo, kNotice, kWarning, kError, kCritical, kAlert, kEmergency };

std::optional<LogLevel> log_level_of(std::string_view name);
std::string_view name_of(LogLevel level);

// What the server asked of the client and the client has not answered yet.
class PendingRequests {
 public:
  using Clock = std::chrono::steady_clock;

  struct Asked {
    std::int64_t id;
    std::future<boost::json::object> answer;  // the whole response
  };
  Asked ask();
  // False where nobody asked.
  bool take(std::int64_t id, boost::json::object response);
  void forget(std::int64_t id);

 private:
  std::mutex mutex_;
  std::int64_t last_ = 0;
  std::map<std::int64_t, std::promise<boost::json::object>> waiting_;
};

class Session {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Session(std::string id) : id_(std::move(id)) {}

  void agree(std::string version, boost::json::object capabilities) {
    version_ = std::move(version);
    capabilities_ = std::move(capabilities);
  }

  const std::string& id() const { return id_; }
  const std::string& version() const { return version_; }  // empty before initialize
  const boost::json::object& capabilities() const { return capabilities_; }

  // Unset until the client asks for logs.
  std::optional<LogLevel> log_level() const {
    const int level = log_level_.load();
    return level < 0 ? std::nullopt : std::optional(static_cast<LogLevel>(level));
  }
  void set_log_level(LogLevel level) { log_level_.store(static_cast<int>(level)); }

  CallTable& calls() { return calls_; }
  PendingRequests& pending() { return pending_; }

  Clock::time_point started() const { return started_; }
  Clock::time_point last_used() const { return last_used_.load(); }
  void touch() { last_used_.store(Clock::now()); }

 private:
  const std::string id_;
  const Clock::time_point started_ = Clock::now();
  std::atomic<Clock::time_point> last_used_{Clock::now()};
  std::string version_;
  boost::json::object capabilities_;
  std::atomic<int> log_level_{-1};
  CallTable calls_;
  PendingRequests pending_;
};

// The sessions of the HTTP transport. One that has not been used for `idle` is forgotten, and so is the one
// that was used longest ago where there would be more than `most`.
class SessionTable {
 public:
  SessionTable(std::size_t most, std::chrono::milliseconds idle) : most_(most), idle_(idle) {}

  // With an id that cannot be guessed, not known yet.
  static std::shared_ptr<Session> make();
  // Those that ended by this are returned.
  std::vector<std::shared_ptr<Session>> add(const std::shared_ptr<Session>& session);
  // Null where there is none of that id. It has been used now.
  std::shared_ptr<Session> find(std::string_view id);
  std::shared_ptr<Session> remove(std::string_view id);
  std::vector<std::shared_ptr<Session>> remove_all();

 private:
  const std::size_t most_;
  const std::chrono::milliseconds idle_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Session>, std::less<>> sessions_;
};

}  // namespace container_kit::kit::mcp
