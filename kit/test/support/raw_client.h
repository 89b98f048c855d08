// A client that sends exactly the bytes it is given, right or wrong, and reads answers one by one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace container_kit::kit::http {

struct Answer {
  int status = 0;  // 0: the server closed the connection, or was silent for five seconds
  std::string head;
  std::string body;

  // The value of a header, by its name as the server writes it; empty when it is absent.
  std::string header(std::string_view name) const;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  virtual ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  // False where the server no longer listens to us.
  bool send(std::string_view bytes);
  void finish_sending();
  Answer read(bool with_body = true);
  // The next bytes as they come: up to and without CRLF, or so many. Fewer where the server is silent.
  std::string read_line();
  std::string read_bytes(std::size_t size);
  Answer ask(std::string_view bytes) {
    send(bytes);
    return read();
  }
  // True when the server closes the connection without another byte.
  bool closed_by_server();

 protected:
  int socket() const { return socket_; }
  // As send(2) and recv(2).
  virtual ssize_t transmit(const char* bytes, std::size_t size);
  virtual ssize_t receive(char* bytes, std::size_t size);

 private:
  bool receive_more();

  int socket_;
  bool connected_ = false;
  std::string buffer_;
};

std::string get(std::string_view path);
std::string post(std::string_view path, std::string_view body);

}  // namespace container_kit::kit::http
