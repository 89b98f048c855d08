// A RawClient that speaks TLS.
#pragma once

#include <memory>
#include <optional>

#include <openssl/ssl.h>

#include "support/certificates.h"
#include "support/raw_client.h"

namespace container_kit::kit::http {

struct TlsClientOptions {
  std::string authority = {};  // who must have signed the server's certificate; empty: anybody
  std::optional<Identity> identity = {};
  int newest_version = TLS1_3_VERSION;
};

class TlsClient : public RawClient {
 public:
  TlsClient(std::uint16_t port, const TlsClientOptions& options);

  // As far as the client can tell: under TLS 1.3 a server's refusal of its certificate comes with the first
  // read.
  bool is_agreed() const { return is_agreed_; }
  // Says goodbye as TLS wants it; the destructor alone just closes the connection.
  void say_goodbye() { SSL_shutdown(session_.get()); }
  SSL* session() const { return session_.get(); }

 protected:
  ssize_t transmit(const char* bytes, std::size_t size) override;
  ssize_t receive(char* bytes, std::size_t size) override;

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> session_;
  bool is_agreed_ = false;
};

}  // namespace container_kit::kit::http
