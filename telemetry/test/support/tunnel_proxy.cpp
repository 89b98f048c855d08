#include "support/tunnel_proxy.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace container_kit::telemetry::test {
namespace {

int connect_to(int port) {
  const int connected = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connected, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return connected;
  close(connected);
  return -1;
}

// Until one side ends.
void carry(Channel& left, Channel& right) {
  constexpr std::size_t kMost = 65'536;
  for (;;) {
    pollfd both[2] = {{left.socket(), POLLIN, 0}, {right.socket(), POLLIN, 0}};
    if (poll(both, 2, -1) < 0) return;
    for (int side = 0; side < 2; ++side) {
      if (both[side].revents == 0) continue;
      const std::string bytes = (side == 0 ? left : right).read(kMost);
      if (bytes.empty() || !(side == 0 ? right : left).write(bytes)) return;
    }
  }
}

}  // namespace

TunnelProxy::TunnelProxy(int target) : target_(target), server_([this](Channel& client) { serve(client); }) {}

std::vector<std::string> TunnelProxy::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void TunnelProxy::serve(Channel& client) {
  std::string head;
  while (head.find("\r\n\r\n") == std::string::npos) {
    const std::string more = client.read(1);  // what follows is the tunnel's
    if (more.empty()) return;
    head += more;
  }
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(head.substr(0, head.find("\r\n")));
  }
  const int target = connect_to(target_);
  if (target < 0) return;
  if (client.write("HTTP/1.1 200 Connection established\r\nX-From: proxy\r\n\r\n")) {
    carry(client, *plain_channel(target));
  }
  close(target);
}

}  // namespace container_kit::telemetry::test
