// A listening socket.
#pragma once

#include <cstdint>
#include <string>

#include <container_kit/telemetry/expected.h>

namespace container_kit::telemetry::metrics_server {

struct Listener {
  int socket = -1;  // non-blocking; the caller closes it
  std::uint16_t port = 0;
};

// On the first of the host's addresses that can be had, those of IPv4 first. The error names host and port.
Expected<Listener> listen_on(const std::string& host, std::uint16_t port);

}  // namespace container_kit::telemetry::metrics_server
