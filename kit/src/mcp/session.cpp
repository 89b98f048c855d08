#include "mcp/session.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <sys/random.h>

namespace container_kit::kit::mcp {
namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 8> kLevels{"debug", "info",     "notice", "warning",
                                                  "error", "critical", "alert",  "emergency"};

// 128 bits in lower-case hexadecimal: visible ASCII, as the specification wants.
std::string random_id() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const unsigned byte : bytes) {
    id.push_back(kDigits[byte >> 4U]);
    id.push_back(kDigits[byte & 15U]);
  }
  return id;
}

}  // namespace

std::optional<LogLevel> log_level_of(std::string_view name) {
  const auto* const found = std::find(kLevels.begin(), kLevels.end(), name);
  if (found == kLevels.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kLevels.begin());
}

std::string_view name_of(LogLevel level) {
  return kLevels.at(static_cast<std::size_t>(level));
}

PendingRequests::Asked PendingRequests::ask() {
  const std::lock_guard lock(mutex_);
  const auto id = ++last_;
  return {id, waiting_[id].get_future()};
}

bool PendingRequests::take(std::int64_t id, json::object response) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return false;
  found->second.set_value(std::move(response));
  waiting_.erase(found);
  return true;
}

void PendingRequests::forget(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  waiting_.erase(id);
}

std::shared_ptr<Session> SessionTable::make() {
  return std::make_shared<Session>(random_id());
}

std::vector<std::shared_ptr<Session>> SessionTable::add(const std::shared_ptr<Session>& session) {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Session>> ended;
  const auto end_one = [&](auto place) {
    ended.push_back(std::move(place->second));
    return sessions_.erase(place);
  };
  const auto now = Session::Clock::now();
  for (auto place = sessions_.begin(); place != sessions_.end();) {
    const bool is_idle = now - place->second->last_used() > idle_ && place->second->calls().empty();
    place = is_idle ? end_one(place) : std::next(place);
  }
  while (sessions_.size() >= most_) {
    end_one(std::min_element(sessions_.begin(), sessions_.end(), [](const auto& a, const auto& b) {
      return a.second->last_used() < b.second->last_used();
    }));
  }
  sessions_.emplace(session->id(), session);
  return ended;
}

std::shared_ptr<Session> SessionTable::find(std::string_view id) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return nullptr;
  found->second->touch();
  return found->second;
}

std::shared_ptr<Session> SessionTable::remove(std::string_view id) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return nullptr;
  auto session = std::move(found->second);
  sessions_.erase(found);
  return session;
}

std::vector<std::shared_ptr<Session>> SessionTable::remove_all() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Session>> all;
  for (auto& [id, session] : sessions_) all.push_back(std::move(session));
  sessions_.clear();
  return all;
}

}  // namespace container_kit::kit::mcp
