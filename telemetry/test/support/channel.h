// One end of a connection, in plain bytes or through TLS, for receivers that block on it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace container_kit::telemetry::test {

class Channel {
 public:
  virtual ~Channel() = default;
  // What has come, at most `most` bytes; empty when the connection is over.
  virtual std::string read(std::size_t most) = 0;
  // False when the connection is over.
  virtual bool write(std::string_view bytes) = 0;
  // Closing sends RST instead of FIN.
  void reset_when_closed() const;
  int socket() const noexcept { return socket_; }

 protected:
  explicit Channel(int socket) : socket_(socket) {}

 private:
  int socket_;
};

// A server's side of TLS: files in PEM, and the protocols that it offers by ALPN.
struct TlsIdentity {
  std::string certificate;
  std::string key;
  std::string client_authority = {};  // where set, clients must show a certificate that it has signed
  bool offers_http2 = true;           // beside HTTP/1.1
};

// Neither closes the socket. Null where the handshake fails.
std::unique_ptr<Channel> plain_channel(int socket);
std::unique_ptr<Channel> tls_channel(int socket, const TlsIdentity& identity);

}  // namespace container_kit::telemetry::test
