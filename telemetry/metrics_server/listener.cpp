#include "listener.h"

#include <cerrno>
#include <memory>
#include <system_error>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace container_kit::telemetry::metrics_server {
namespace {

constexpr int kBacklog = 64;

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};

std::uint16_t port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

// -1, and errno, where it cannot be had.
int listen_at(const addrinfo& address) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // past connections of ours do not matter
  if (::bind(socket, address.ai_addr, address.ai_addrlen) == 0 && ::listen(socket, kBacklog) == 0)
    return socket;
  const int reason = errno;
  ::close(socket);
  errno = reason;
  return -1;
}

}  // namespace

Expected<Listener> listen_on(const std::string& host, std::uint16_t port) {
  const std::string where = "metrics server: cannot listen on " + host + ":" + std::to_string(port) + ": ";
  const std::string advice =
      "; set OTEL_EXPORTER_PROMETHEUS_HOST and OTEL_EXPORTER_PROMETHEUS_PORT to an address that is free";
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      failed != 0) {
    return Error{ErrorCode::kInvalidConfig, where + gai_strerror(failed) + advice};
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  int reason = EADDRNOTAVAIL;
  for (const int family : {AF_INET, AF_INET6}) {
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
      if (address->ai_family != family) continue;
      const int socket = listen_at(*address);
      if (socket >= 0) return Listener{socket, port_of(socket)};
      reason = errno;
      if (reason == EADDRINUSE) return Error{ErrorCode::kSystem, where + "the port is in use" + advice};
    }
  }
  return Error{ErrorCode::kSystem, where + std::generic_category().message(reason) + advice};
}

}  // namespace container_kit::telemetry::metrics_server
