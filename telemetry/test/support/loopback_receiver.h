// An OTLP/HTTP receiver on the loopback interface, well behaved or not, that lives as long as its test.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace container_kit::telemetry::test {

class LoopbackReceiver {
 public:
  enum class Manner {
    kAnswers,       // 200 to every request
    kNeverAnswers,  // accepts connections, reads what comes, and says nothing
    kResets,        // accepts connections and resets them
    kNeverAccepts,  // its queue of connections is full: further ones hang while they are made
  };

  explicit LoopbackReceiver(Manner manner);
  ~LoopbackReceiver();
  LoopbackReceiver(const LoopbackReceiver&) = delete;
  LoopbackReceiver& operator=(const LoopbackReceiver&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1/traces"; }
  // The bodies of the requests that have been answered, in the order of their arrival.
  std::vector<std::string> requests() const;
  // Their heads, up to and with the empty line.
  std::vector<std::string> heads() const;
  // What it answers from here on: a whole HTTP response.
  void answer_with(std::string response);
  // How many connections it has accepted.
  int accepted() const noexcept { return accepted_.load(); }

 private:
  struct Connection {
    int socket;
    std::string received;
  };

  void run();
  void accept_one();
  // False where the connection is over.
  bool read_from(Connection& connection);
  bool answer_whole_requests(Connection& connection);
  void fill_queue();

  Manner manner_;
  int port_ = 0;
  int listener_;
  int stop_[2] = {-1, -1};  // a pipe: closing its writing end stops the thread
  std::vector<Connection> connections_;
  std::vector<int> fillers_;
  std::atomic<int> accepted_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::string answer_ =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
  std::vector<std::string> requests_;
  std::vector<std::string> heads_;
  std::thread thread_;
};

// The URL of a port on which nobody listens.
std::string url_without_receiver();

}  // namespace container_kit::telemetry::test
