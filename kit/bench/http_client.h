// One keep-alive connection to the server: a request goes out, its answer comes back, one at a time.
//
// Thread safety: none. Errors: a connection that breaks, or an answer that is not 200, ends the program,
// since nothing measured from then on would mean anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace container_kit::kit::bench {

[[noreturn]] void give_up(const std::string& why);

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);
  ~HttpClient();
  HttpClient(HttpClient&& other) noexcept;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  int descriptor() const { return socket_; }

  void send(std::string_view request);
  // Takes what has come, without waiting: true where the answer is whole.
  bool receive();
  // The body of the last answer.
  std::string_view body() const { return std::string_view(buffer_).substr(head_, length_); }

  // Sends and waits; the body.
  std::string_view ask(std::string_view request);

 private:
  bool is_whole();

  int socket_;
  std::string buffer_;
  std::size_t head_ = 0;  // bytes of the head; 0: it is not whole yet
  std::size_t length_ = 0;
};

std::string get(std::string_view path);
std::string post(std::string_view path, std::string_view body);

}  // namespace container_kit::kit::bench
