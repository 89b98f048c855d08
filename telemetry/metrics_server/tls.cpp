#include "tls.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

namespace container_kit::telemetry::metrics_server {
namespace {

Error file_error(const char* variable, const std::string& file) {
  std::array<char, 160> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return {ErrorCode::kInvalidConfig,
          std::string("metrics server: ") + variable + ": \"" + file + "\" cannot be used: " + reason.data()};
}

}  // namespace

Expected<TlsContext> make_tls_context(const std::string& certificate, const std::string& private_key) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr) return Error{ErrorCode::kSystem, "metrics server: OpenSSL gives no TLS context"};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    return file_error("CONTAINER_KIT_METRICS_CERTIFICATE", certificate);
  }
  // Fails, too, where the key is another certificate's.
  if (SSL_CTX_use_PrivateKey_file(context.get(), private_key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return file_error("CONTAINER_KIT_METRICS_PRIVATE_KEY", private_key);
  }
  return context;
}

Stream::Stream(int socket, SSL_CTX* context) : socket_(socket) {
  if (context == nullptr) return;
  session_.reset(SSL_new(context));
  if (session_ == nullptr) return;
  SSL_set_fd(session_.get(), socket);
  SSL_set_accept_state(session_.get());
}

Stream::~Stream() {
  ::close(socket_);
}

Stream::Result Stream::result_of(int returned) const {
  const int error = SSL_get_error(session_.get(), returned);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ) return Result::kWaitsToRead;
  if (error == SSL_ERROR_WANT_WRITE) return Result::kWaitsToWrite;
  return Result::kOver;
}

Stream::Result Stream::read(std::string& out, std::size_t most) {
  std::array<char, 2048> bytes{};
  const std::size_t room = std::min(most, bytes.size());
  if (session_ != nullptr) {
    const int size = SSL_read(session_.get(), bytes.data(), static_cast<int>(room));
    if (size <= 0) return result_of(size);
    out.append(bytes.data(), static_cast<std::size_t>(size));
    return Result::kDone;
  }
  const ssize_t size = ::recv(socket_, bytes.data(), room, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return Result::kWaitsToRead;
  if (size <= 0) return Result::kOver;
  out.append(bytes.data(), static_cast<std::size_t>(size));
  return Result::kDone;
}

Stream::Result Stream::write(std::string_view& text) {
  if (session_ != nullptr) {
    const std::size_t most = std::numeric_limits<int>::max();
    const int size = SSL_write(session_.get(), text.data(), static_cast<int>(std::min(text.size(), most)));
    if (size <= 0) return result_of(size);
    text.remove_prefix(static_cast<std::size_t>(size));
    return Result::kDone;
  }
  const ssize_t size = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return Result::kWaitsToWrite;
  if (size < 0) return Result::kOver;
  text.remove_prefix(static_cast<std::size_t>(size));
  return Result::kDone;
}

void Stream::finish() noexcept {
  if (session_ != nullptr) {
    SSL_shutdown(session_.get());
    ERR_clear_error();
  }
  ::shutdown(socket_, SHUT_WR);
}

}  // namespace container_kit::telemetry::metrics_server
