#include "support/loopback_receiver.h"

#include <charconv>
#include <stdexcept>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

namespace container_kit::telemetry::test {
namespace {

constexpr int kQueue = 16;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A bound socket, and the port that the system chose for it.
int bind_to_free_port(int& port) {
  const int bound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bound < 0 || bind(bound, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      getsockname(bound, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port on the loopback interface");
  }
  port = ntohs(address.sin_port);
  return bound;
}

// Content-Length of a request whose headers are whole; 0 where there is none.
std::size_t content_length(std::string_view headers) {
  constexpr std::string_view kName = "content-length: ";
  for (std::size_t at = headers.find("\r\n"); at != std::string_view::npos; at = headers.find("\r\n", at)) {
    at += 2;
    const std::string_view line = headers.substr(at);
    if (line.size() < kName.size() || strncasecmp(line.data(), kName.data(), kName.size()) != 0) continue;
    std::size_t length = 0;
    std::from_chars(line.data() + kName.size(), line.data() + line.size(), length);
    return length;
  }
  return 0;
}

}  // namespace

std::string url_without_receiver() {
  int port = 0;
  close(bind_to_free_port(port));
  return "http://127.0.0.1:" + std::to_string(port) + "/v1/traces";
}

LoopbackReceiver::LoopbackReceiver(Manner manner) : manner_(manner), listener_(bind_to_free_port(port_)) {
  const int queue = manner == Manner::kNeverAccepts ? 0 : kQueue;
  if (listen(listener_, queue) != 0 || pipe2(stop_, O_CLOEXEC) != 0)
    throw std::runtime_error("cannot listen");
  if (manner == Manner::kNeverAccepts) {
    fill_queue();
  } else {
    thread_ = std::thread([this] { run(); });
  }
}

LoopbackReceiver::~LoopbackReceiver() {
  close(stop_[1]);
  if (thread_.joinable()) thread_.join();
  for (const Connection& connection : connections_) close(connection.socket);
  for (const int filler : fillers_) close(filler);
  close(stop_[0]);
  close(listener_);
}

std::vector<std::string> LoopbackReceiver::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<std::string> LoopbackReceiver::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

void LoopbackReceiver::answer_with(std::string response) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(response);
}

// More connections than the queue of length 0 holds (Linux: one), so that the next one finds no place.
void LoopbackReceiver::fill_queue() {
  const sockaddr_in address = loopback(port_);
  for (int count = 0; count < 4; ++count) {
    const int filler = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    static_cast<void>(connect(filler, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    fillers_.push_back(filler);
  }
}

void LoopbackReceiver::run() {
  for (;;) {
    std::vector<pollfd> polled{{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const Connection& connection : connections_) polled.push_back({connection.socket, POLLIN, 0});
    if (poll(polled.data(), polled.size(), -1) < 0) continue;
    if (polled[0].revents != 0) return;
    for (std::size_t index = connections_.size(); index-- > 0;) {
      if (polled[index + 2].revents == 0 || read_from(connections_[index])) continue;
      close(connections_[index].socket);
      connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(index));
    }
    if (polled[1].revents != 0) accept_one();
  }
}

void LoopbackReceiver::accept_one() {
  const int accepted = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (accepted < 0) return;
  ++accepted_;
  if (manner_ != Manner::kResets) {
    connections_.push_back({accepted, {}});
    return;
  }
  const linger at_once{1, 0};  // closing sends RST
  setsockopt(accepted, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(accepted);
}

bool LoopbackReceiver::read_from(Connection& connection) {
  char bytes[16384];
  const ssize_t size = recv(connection.socket, bytes, sizeof bytes, 0);
  if (size <= 0) return false;
  if (manner_ != Manner::kAnswers) return true;
  connection.received.append(bytes, static_cast<std::size_t>(size));
  return answer_whole_requests(connection);
}

bool LoopbackReceiver::answer_whole_requests(Connection& connection) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::string& received = connection.received;
  for (std::size_t end = received.find(kEnd); end != std::string::npos; end = received.find(kEnd)) {
    const std::size_t body = end + kEnd.size();
    const std::size_t length = content_length(std::string_view(received).substr(0, body));
    if (received.size() < body + length) return true;
    std::string answer;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(received.substr(body, length));
      heads_.push_back(received.substr(0, body));
      answer = answer_;
    }
    received.erase(0, body + length);
    if (send(connection.socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return false;
  }
  return true;
}

}  // namespace container_kit::telemetry::test
