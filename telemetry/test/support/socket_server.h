// A server on a free port of the loopback interface, with a thread for each connection, that can be stopped
// and started again on the same port.
//
// Thread safety: start() and stop() from the test's thread; the handler is called on the connections'
// threads.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include "support/channel.h"

namespace container_kit::telemetry::test {

class SocketServer {
 public:
  // Returns when the connection is to be closed.
  using Handler = std::function<void(Channel&)>;

  explicit SocketServer(Handler handler, std::optional<TlsIdentity> identity = std::nullopt);
  ~SocketServer();
  SocketServer(const SocketServer&) = delete;
  SocketServer& operator=(const SocketServer&) = delete;

  void start();
  // Closes every connection and waits for their handlers; whoever connects then is refused.
  void stop();
  int port() const noexcept { return port_; }
  int accepted() const noexcept { return accepted_.load(); }

 private:
  struct Connection {
    int socket;
    std::thread thread;
    bool done = false;
  };

  int bind_to(int port);
  void accept_all();
  void serve(int socket);
  void reap(bool all);

  Handler handler_;
  std::optional<TlsIdentity> identity_;
  int port_ = 0;
  int holder_;  // keeps the port ours while nobody listens
  int listener_ = -1;
  std::atomic<int> accepted_{0};
  std::thread thread_;
  std::mutex mutex_;  // guards what follows
  std::list<Connection> connections_;
  bool stopping_ = false;
};

}  // namespace container_kit::telemetry::test
