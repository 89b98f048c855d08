#include "support/channel.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

namespace container_kit::telemetry::test {
namespace {

class PlainChannel : public Channel {
 public:
  explicit PlainChannel(int socket) : Channel(socket) {}

  std::string read(std::size_t most) override {
    std::string bytes(most, '\0');
    const ssize_t size = recv(socket(), bytes.data(), most, 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t size = send(socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }
};

class TlsChannel : public Channel {
 public:
  TlsChannel(int socket, SSL* tls) : Channel(socket), tls_(tls) {}
  ~TlsChannel() override { SSL_free(tls_); }
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  std::string read(std::size_t most) override {
    std::string bytes(most, '\0');
    const int size = SSL_read(tls_, bytes.data(), static_cast<int>(most));
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  bool write(std::string_view bytes) override {
    return bytes.empty() || SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  }

 private:
  SSL* tls_;
};

// HTTP/2 where the client offers it, else HTTP/1.1; or HTTP/1.1 alone, for which `offers_http2` is null.
int choose_protocol(SSL* /*tls*/, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* offers_http2) {
  static constexpr unsigned char kOurs[] = "\x02h2\x08http/1.1";
  const unsigned skipped = offers_http2 != nullptr ? 0 : 3;
  const int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size, kOurs + skipped,
                                          sizeof kOurs - 1, offered, offered_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

void Channel::reset_when_closed() const {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

std::unique_ptr<Channel> plain_channel(int socket) {
  return std::make_unique<PlainChannel>(socket);
}

std::unique_ptr<Channel> tls_channel(int socket, const TlsIdentity& identity) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  SSL_CTX_use_certificate_chain_file(context.get(), identity.certificate.c_str());
  SSL_CTX_use_PrivateKey_file(context.get(), identity.key.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_set_alpn_select_cb(context.get(), &choose_protocol,
                             identity.offers_http2 ? context.get() : nullptr);
  if (!identity.client_authority.empty()) {
    SSL_CTX_load_verify_locations(context.get(), identity.client_authority.c_str(), nullptr);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  SSL* const tls = SSL_new(context.get());
  SSL_set_fd(tls, socket);
  auto channel = std::make_unique<TlsChannel>(socket, tls);
  return SSL_accept(tls) == 1 ? std::move(channel) : nullptr;
}

}  // namespace container_kit::telemetry::test
