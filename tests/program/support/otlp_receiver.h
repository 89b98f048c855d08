// An OTLP receiver that keeps each body as it came: those for /v1/metrics by themselves.
//
// Thread safety: what it has received is read from the test's thread, while the receiver's own threads, one a
// connection, answer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace container_kit::tests {

class OtlpReceiver {
 public:
  OtlpReceiver();
  ~OtlpReceiver();
  OtlpReceiver(const OtlpReceiver&) = delete;
  OtlpReceiver& operator=(const OtlpReceiver&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Of all requests but those for /v1/metrics.
  std::vector<std::string> bodies() const;
  std::vector<std::string> heads() const;
  std::vector<std::string> metrics() const;

 private:
  void serve();
  bool answer(int client);

  int listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> bodies_;
  std::vector<std::string> heads_;
  std::vector<std::string> metrics_;
  std::vector<int> clients_;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace container_kit::tests
