// What the measured server sends its spans to: an OTLP/HTTP receiver on a thread of this process, which
// counts requests and throws their bodies away unread (MSG_TRUNC), so that it takes little of the two cores
// from the server whose telemetry is measured.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace container_kit::kit::bench {

class Receiver {
 public:
  Receiver();
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::uint64_t requests() const { return requests_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  void serve();
  void converse(int socket);

  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::thread thread_;
};

}  // namespace container_kit::kit::bench
