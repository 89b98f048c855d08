#include "http_client.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace container_kit::kit::bench {

void give_up(const std::string& why) {
  std::fprintf(stderr, "server_bench: %s\n", why.c_str());
  std::exit(1);
}

HttpClient::HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    give_up(std::string("cannot connect to the server: ") + std::strerror(errno));
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

HttpClient::~HttpClient() {
  if (socket_ >= 0) ::close(socket_);
}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      buffer_(std::move(other.buffer_)),
      head_(other.head_),
      length_(other.length_) {}

void HttpClient::send(std::string_view request) {
  buffer_.clear();
  head_ = length_ = 0;
  while (!request.empty()) {
    const auto sent = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent <= 0) give_up("the server closed a connection");
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool HttpClient::receive() {
  std::array<char, 65'536> piece;  // NOLINT(*-member-init): filled by recv
  const auto size = ::recv(socket_, piece.data(), piece.size(), MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (size <= 0) give_up("the server closed a connection");
  buffer_.append(piece.data(), static_cast<std::size_t>(size));
  return is_whole();
}

bool HttpClient::is_whole() {
  constexpr std::string_view kLength = "Content-Length: ";
  if (head_ == 0) {
    const auto end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    head_ = end + 4;
    const std::string_view head = std::string_view(buffer_).substr(0, head_);
    if (!head.starts_with("HTTP/1.1 200")) give_up("the server answered " + buffer_.substr(0, 1000));
    const auto length = head.find(kLength);
    if (length == std::string_view::npos) give_up("an answer has no Content-Length");
    length_ = std::strtoull(buffer_.c_str() + length + kLength.size(), nullptr, 10);
  }
  return buffer_.size() >= head_ + length_;
}

std::string_view HttpClient::ask(std::string_view request) {
  send(request);
  do {
    pollfd readable{socket_, POLLIN, 0};
    ::poll(&readable, 1, -1);
  } while (!receive());
  return body();
}

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace container_kit::kit::bench
