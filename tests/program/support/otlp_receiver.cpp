#include "support/otlp_receiver.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace container_kit::tests {

namespace {

bool receive_more(int client, std::string& buffer) {
  std::array<char, 8192> chunk{};
  const auto size = ::recv(client, chunk.data(), chunk.size(), 0);
  if (size <= 0) return false;
  buffer.append(chunk.data(), static_cast<std::size_t>(size));
  return true;
}

std::size_t length_in(const std::string& head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const auto start = head.find(kName);
  return start == std::string::npos ? 0 : std::strtoul(head.c_str() + start + kName.size(), nullptr, 10);
}

}  // namespace

OtlpReceiver::OtlpReceiver() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 16) != 0)
    throw std::system_error(errno, std::generic_category(), "no port of 127.0.0.1 to receive on");
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

OtlpReceiver::~OtlpReceiver() {
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
  thread_.join();
  ::close(listener_);
  for (const int client : clients_) ::shutdown(client, SHUT_RDWR);
  for (std::thread& connection : connections_) connection.join();
  for (const int client : clients_) ::close(client);
}

std::vector<std::string> OtlpReceiver::bodies() const {
  const std::lock_guard lock(mutex_);
  return bodies_;
}

std::vector<std::string> OtlpReceiver::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

std::vector<std::string> OtlpReceiver::metrics() const {
  const std::lock_guard lock(mutex_);
  return metrics_;
}

void OtlpReceiver::serve() {
  while (true) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    clients_.push_back(client);
    connections_.emplace_back([this, client] {
      while (answer(client)) {
      }
    });
  }
}

bool OtlpReceiver::answer(int client) {
  std::string buffer;
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_more(client, buffer)) return false;
  }
  const std::string head = buffer.substr(0, end + 2);
  const std::size_t whole = end + 4 + length_in(head);
  while (buffer.size() < whole) {
    if (!receive_more(client, buffer)) return false;
  }
  {
    const std::lock_guard lock(mutex_);
    if (head.starts_with("POST /v1/metrics ")) {
      metrics_.push_back(buffer.substr(end + 4));
    } else {
      heads_.push_back(head);
      bodies_.push_back(buffer.substr(end + 4));
    }
  }
  constexpr std::string_view kAnswer =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
  return ::send(client, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) > 0;
}

}  // namespace container_kit::tests
