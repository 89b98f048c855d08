// A proxy that makes tunnels (RFC 9110, 9.3.6: CONNECT) to ports of the loopback interface, whatever host is
// asked for.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "support/socket_server.h"

namespace container_kit::telemetry::test {

class TunnelProxy {
 public:
  // Every tunnel leads to `target`.
  explicit TunnelProxy(int target);

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  // The first lines of what was asked for.
  std::vector<std::string> asked() const;

 private:
  void serve(Channel& client);

  int target_;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  SocketServer server_;  // last: its threads use the others
};

}  // namespace container_kit::telemetry::test
