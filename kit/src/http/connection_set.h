// The connections that are open, so that draining can reach them.
//
// Thread safety: every member.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace container_kit::kit::http {

class ClientConnection;

class ConnectionSet {
 public:
  void add(const std::shared_ptr<ClientConnection>& connection) {
    const std::lock_guard lock(mutex_);
    connections_.emplace(connection.get(), connection);
  }

  void remove(const ClientConnection* connection) {
    const std::lock_guard lock(mutex_);
    connections_.erase(connection);
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }

  std::vector<std::shared_ptr<ClientConnection>> all() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<ClientConnection>> open;
    for (const auto& [address, connection] : connections_) {
      if (auto alive = connection.lock()) open.push_back(std::move(alive));
    }
    return open;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<const ClientConnection*, std::weak_ptr<ClientConnection>> connections_;
};

}  // namespace container_kit::kit::http
