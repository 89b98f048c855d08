// A gRPC receiver on the loopback interface, by libnghttp2, well behaved or not.
//
// Thread safety: every member function from any thread.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/socket_server.h"

namespace container_kit::telemetry::test {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Http2Answer {
  enum class End {
    kWhole,    // the stream ends as it should
    kReset,    // RST_STREAM after the body
    kGoaway,   // GOAWAY after the answer, and the connection is closed
    kClosed,   // the connection is closed after the body
    kNever,    // nothing comes after the body
    kEndless,  // the body is repeated for ever
  };

  Fields headers = {{":status", "200"}, {"content-type", "application/grpc"}};
  std::string body = std::string(5, '\0');   // an empty message
  Fields trailers = {{"grpc-status", "0"}};  // none: the stream ends without
  End end = End::kWhole;

  // It takes what it was sent, and says so.
  bool is_success() const;
  // A status in headers alone.
  static Http2Answer trailers_only(const std::string& status, Fields more = {});
  // Where the body comes first, and a status then.
  static Http2Answer with_status(const std::string& status, Fields more = {});
};

struct Http2Request {
  bool is_taken = false;  // it was answered with success, whether that arrives or not
  std::map<std::string, std::string> headers;
  std::string body;
};

class Http2Receiver {
 public:
  explicit Http2Receiver(std::optional<TlsIdentity> identity = std::nullopt);

  std::string url() const;
  // Those that came whole, in their order.
  std::vector<Http2Request> requests() const;
  void answer_with(Http2Answer answer);
  // One answer a request, before the one that it goes on with.
  void script(std::vector<Http2Answer> answers);
  // Answers come as soon as a request's headers are there, whatever follows them.
  void answer_early() { is_early_.store(true); }
  bool is_early() const noexcept { return is_early_.load(); }
  int connections() const noexcept { return server_.accepted(); }
  SocketServer& server() noexcept { return server_; }

  // For its connections: keeps a request and says what to answer.
  Http2Answer receive(Http2Request request);

 private:
  const bool is_tls_;
  std::atomic<bool> is_early_{false};
  mutable std::mutex mutex_;  // guards what follows
  Http2Answer answer_;
  std::deque<Http2Answer> script_;
  std::vector<Http2Request> requests_;
  SocketServer server_;  // last: its threads use the others
};

}  // namespace container_kit::telemetry::test
