// Connection: one request and its answer, taken as far as can be without waiting.
//
// Thread safety: one thread at a time.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <container_kit/telemetry/metrics_server.h>

#include "credentials.h"
#include "tls.h"

namespace container_kit::telemetry::metrics_server {

class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(int socket, SSL_CTX* context, Clock::time_point deadline)
      : stream_(socket, context), deadline_(deadline) {}

  int socket() const noexcept { return stream_.socket(); }
  // What poll() is to wait for.
  short events() const noexcept { return events_; }
  Clock::time_point deadline() const noexcept { return deadline_; }
  bool has_request() const noexcept { return state_ != State::kReading; }

  // Goes on. False: it is over.
  bool advance(const Credentials& credentials, const MetricsServer::Scrape& scrape);

 private:
  enum class State { kReading, kWriting, kEnding };
  static constexpr std::size_t kMostHead = 8192;

  bool read_head(const Credentials& credentials, const MetricsServer::Scrape& scrape);
  bool write_answer();
  // Until the peer closes: a socket that is closed with bytes unread takes the answer back from the peer.
  bool drain();
  // False: the connection waits or is over.
  bool goes_on(Stream::Result result);

  Stream stream_;
  Clock::time_point deadline_;
  State state_ = State::kReading;
  short events_ = 1;  // POLLIN
  bool over_ = false;
  std::string head_;
  std::string answer_;
  std::string_view unsent_;  // of the answer
};

}  // namespace container_kit::telemetry::metrics_server
