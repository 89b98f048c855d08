// The calls of one client that are under way, by their request's id, so that one can be cancelled.
//
// Thread safety: every member.
#pragma once

#include <map>
#include <mutex>
#include <stop_token>
#include <string>

namespace container_kit::kit::mcp {

class CallTable {
 public:
  // One call from its start to its end. An id that is under way already is not entered a second time: that
  // call cannot be cancelled.
  class Entry {
   public:
    Entry(CallTable& table, std::string key) : table_(table), key_(std::move(key)) {
      const std::lock_guard lock(table_.mutex_);
      is_mine_ = table_.calls_.emplace(key_, stop_).second;
    }
    ~Entry() {
      const std::lock_guard lock(table_.mutex_);
      if (is_mine_) table_.calls_.erase(key_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    std::stop_source& stop() { return stop_; }

   private:
    CallTable& table_;
    std::string key_;
    std::stop_source stop_;
    bool is_mine_ = false;
  };

  // Nothing happens where no such call is under way.
  void cancel(const std::string& key) {
    std::stop_source stop(std::nostopstate);
    {
      const std::lock_guard lock(mutex_);
      const auto found = calls_.find(key);
      if (found != calls_.end()) stop = found->second;
    }
    stop.request_stop();  // runs callbacks that may take locks of their own
  }

  void cancel_all() {
    std::map<std::string, std::stop_source> all;
    {
      const std::lock_guard lock(mutex_);
      all = calls_;
    }
    for (auto& [key, stop] : all) stop.request_stop();
  }

  bool empty() const {
    const std::lock_guard lock(mutex_);
    return calls_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::stop_source> calls_;
};

}  // namespace container_kit::kit::mcp
