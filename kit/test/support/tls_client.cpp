#include "support/tls_client.h"

namespace container_kit::kit::http {

TlsClient::TlsClient(std::uint16_t port, const TlsClientOptions& options)
    : RawClient(port),
      context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
      session_(nullptr, &SSL_free) {
  SSL_CTX_set_max_proto_version(context_.get(), options.newest_version);
  if (options.newest_version < TLS1_2_VERSION) {
    SSL_CTX_set_min_proto_version(context_.get(), options.newest_version);
    SSL_CTX_set_cipher_list(context_.get(), "ALL:@SECLEVEL=0");
  }
  if (!options.authority.empty()) {
    SSL_CTX_load_verify_file(context_.get(), options.authority.c_str());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  }
  if (options.identity) {
    SSL_CTX_use_certificate_chain_file(context_.get(), options.identity->certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context_.get(), options.identity->key.c_str(), SSL_FILETYPE_PEM);
  }
  session_.reset(SSL_new(context_.get()));
  SSL_set_fd(session_.get(), socket());
  is_agreed_ = SSL_connect(session_.get()) == 1;
}

ssize_t TlsClient::transmit(const char* bytes, std::size_t size) {
  return is_agreed_ ? SSL_write(session_.get(), bytes, static_cast<int>(size)) : -1;
}

ssize_t TlsClient::receive(char* bytes, std::size_t size) {
  return is_agreed_ ? SSL_read(session_.get(), bytes, static_cast<int>(size)) : -1;
}

}  // namespace container_kit::kit::http
