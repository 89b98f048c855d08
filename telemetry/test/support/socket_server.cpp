#include "support/socket_server.h"

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace container_kit::telemetry::test {

SocketServer::SocketServer(Handler handler, std::optional<TlsIdentity> identity)
    : handler_(std::move(handler)), identity_(std::move(identity)), holder_(bind_to(0)) {
  start();
}

SocketServer::~SocketServer() {
  stop();
  close(holder_);
}

int SocketServer::bind_to(int port) {
  const int bound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(bound, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
  setsockopt(bound, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(bound, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      getsockname(bound, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port on the loopback interface");
  }
  port_ = ntohs(address.sin_port);
  return bound;
}

void SocketServer::start() {
  if (listener_ >= 0) return;
  constexpr int kQueue = 16;
  stopping_ = false;
  listener_ = bind_to(port_);
  if (listen(listener_, kQueue) != 0) throw std::runtime_error("cannot listen");
  thread_ = std::thread([this] { accept_all(); });
}

void SocketServer::stop() {
  if (listener_ < 0) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const Connection& connection : connections_) {
      if (!connection.done) shutdown(connection.socket, SHUT_RDWR);
    }
  }
  shutdown(listener_, SHUT_RDWR);  // wakes accept()
  thread_.join();
  close(listener_);
  listener_ = -1;
  reap(true);
}

void SocketServer::accept_all() {
  for (;;) {
    const int accepted = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted < 0) return;
    ++accepted_;
    const int yes = 1;  // small frames wait for nothing
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    reap(false);
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      close(accepted);
      return;
    }
    connections_.push_back({accepted, {}});
    connections_.back().thread = std::thread([this, accepted] { serve(accepted); });
  }
}

void SocketServer::serve(int socket) {
  // OpenSSL writes by write(2), which raises it where the peer has gone.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  {
    const auto channel = identity_ ? tls_channel(socket, *identity_) : plain_channel(socket);
    if (channel != nullptr) handler_(*channel);
  }
  const std::lock_guard lock(mutex_);
  close(socket);
  const auto mine = std::find_if(connections_.begin(), connections_.end(),
                                 [&](const Connection& one) { return one.socket == socket && !one.done; });
  mine->done = true;
}

// Joins the threads of the connections that are over; or of all, when they have been told.
void SocketServer::reap(bool all) {
  std::list<Connection> over;
  {
    const std::lock_guard lock(mutex_);
    for (auto one = connections_.begin(); one != connections_.end();) {
      const auto next = std::next(one);
      if (one->done) over.splice(over.end(), connections_, one);
      one = next;
    }
  }
  for (Connection& connection : over) connection.thread.join();
  if (!all) return;
  // Those that are left mark themselves; they look for their entry, so it must stay in the list until then.
  for (Connection& connection : connections_) connection.thread.join();
  connections_.clear();
}

}  // namespace container_kit::telemetry::test
