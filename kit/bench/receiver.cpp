#include "receiver.h"

#include <array>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_client.h"

namespace container_kit::kit::bench {
namespace {

// The head of the next request, with what of its body came with it; empty where the sender has gone.
std::string read_head(int socket) {
  std::string head;
  std::array<char, 4096> piece{};
  while (head.find("\r\n\r\n") == std::string::npos) {
    const auto size = ::recv(socket, piece.data(), piece.size(), 0);
    if (size <= 0) return {};
    head.append(piece.data(), static_cast<std::size_t>(size));
  }
  return head;
}

std::size_t content_length(std::string_view head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string_view::npos ? 0 : std::strtoull(head.data() + at + 16, nullptr, 10);
}

// MSG_TRUNC: the kernel throws the bytes away without copying them (tcp(7)).
bool discard(int socket, std::size_t size) {
  while (size > 0) {
    const auto gone = ::recv(socket, nullptr, size, MSG_TRUNC);
    if (gone <= 0) return false;
    size -= static_cast<std::size_t>(gone);
  }
  return true;
}

}  // namespace

Receiver::Receiver() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    give_up("the receiver cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

Receiver::~Receiver() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
  thread_.join();
  ::close(listener_);
}

void Receiver::serve() {
  std::vector<std::thread> conversations;
  while (!stopping_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    conversations.emplace_back([this, socket] { converse(socket); });
  }
  for (auto& conversation : conversations) conversation.join();
}

// Ends when the server closes its end, so the server is to be stopped first.
void Receiver::converse(int socket) {
  constexpr std::string_view kAnswer =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  for (auto head = read_head(socket); !head.empty(); head = read_head(socket)) {
    const auto length = content_length(head);
    const auto here = head.size() - (head.find("\r\n\r\n") + 4);
    if (here == 0 && head.find("Expect: 100-continue") != std::string::npos) {
      ::send(socket, kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
    }
    if (!discard(socket, length - here)) break;
    ++requests_;
    bytes_ += length;
    if (::send(socket, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) break;
  }
  ::close(socket);
}

}  // namespace container_kit::kit::bench
