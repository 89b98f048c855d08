#include "http/tls.h"

#include <boost/asio/append.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/err.h>

namespace container_kit::kit::http {
namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

telemetry::Error unusable(const char* what, const std::string& file, const std::string& why) {
  ERR_clear_error();
  return {telemetry::ErrorCode::kInvalidArgument,
          std::string("the ") + what + " " + file + " cannot be used: " + why};
}

// Certificates are asked for, and a client without a good one gets no further than the handshake.
telemetry::Expected<void> demand_certificates(ssl::context& context, const std::string& authorities) {
  error_code error;
  context.load_verify_file(authorities, error);
  if (error) return unusable("file of client authorities", authorities, error.message());
  // So that clients with several certificates know which to send.
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(authorities.c_str());
  if (names == nullptr) return unusable("file of client authorities", authorities, "it has no certificate");
  SSL_CTX_set_client_CA_list(context.native_handle(), names);
  context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  return {};
}

telemetry::Expected<std::shared_ptr<ssl::context>> make_context(const TlsFiles& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                  SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(native, 0);
  error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  if (error) return unusable("certificate", files.certificate, error.message());
  // Fails, too, where the key is another certificate's.
  context->use_private_key_file(files.private_key, ssl::context::pem, error);
  if (error) return unusable("private key", files.private_key, error.message());
  if (files.client_authorities.empty()) return context;
  if (auto demanded = demand_certificates(*context, files.client_authorities); !demanded)
    return demanded.error();
  return context;
}

class Session : public TlsSession {
 public:
  Session(asio::ip::tcp::socket& socket, std::shared_ptr<ssl::context> context)
      : context_(std::move(context)), stream_(socket, *context_) {}

  void handshake(Handler handler) override {
    stream_.async_handshake(ssl::stream_base::server, std::move(handler));
  }

  void read_some(asio::mutable_buffer buffer, TransferHandler handler) override {
    if (ahead_ == 0 || buffer.size() == 0) return stream_.async_read_some(buffer, std::move(handler));
    const auto size = asio::buffer_copy(buffer, asio::buffer(byte_, ahead_));
    ahead_ = 0;
    asio::post(stream_.get_executor(), asio::append(std::move(handler), error_code(), size));
  }

  void write_some(asio::const_buffer buffer, TransferHandler handler) override {
    stream_.async_write_some(buffer, std::move(handler));
  }

  void look(Handler handler) override {
    auto executor = asio::get_associated_executor(handler, stream_.get_executor());
    stream_.async_read_some(
        asio::buffer(byte_),
        asio::bind_executor(
            executor, [this, then = std::move(handler)](const error_code& error, std::size_t size) mutable {
              ahead_ = size;
              std::move(then)(error);
            }));
  }

  void shutdown(Handler handler) override { stream_.async_shutdown(std::move(handler)); }

 private:
  const std::shared_ptr<ssl::context> context_;
  ssl::stream<asio::ip::tcp::socket&> stream_;
  std::array<char, 1> byte_{};
  std::size_t ahead_ = 0;  // what look() has read
};

}  // namespace

TlsContext::TlsContext(TlsFiles files, std::function<void(std::string_view)> on_problem)
    : files_(std::move(files)), on_problem_(std::move(on_problem)) {}

TlsContext::~TlsContext() = default;

// A file that is not there has the stamp of none.
TlsContext::Stamps TlsContext::stamps() const {
  Stamps all;
  const std::array<const std::string*, 3> files{&files_.certificate, &files_.private_key,
                                                &files_.client_authorities};
  for (std::size_t i = 0; i < files.size(); ++i) {
    struct stat status {};
    if (!files[i]->empty() && ::stat(files[i]->c_str(), &status) == 0) all[i] = stamp_of(status);
  }
  return all;
}

// The stamps are taken first: what changes while it is read is read again the next time.
telemetry::Expected<void> TlsContext::read_if_changed() {
  const auto now = stamps();
  if (now == stamps_) return {};
  stamps_ = now;
  auto made = make_context(files_);
  if (!made) return made.error();
  context_ = std::move(*made);
  return {};
}

telemetry::Expected<void> TlsContext::check() {
  const std::lock_guard lock(mutex_);
  return read_if_changed();
}

std::unique_ptr<TlsSession> TlsContext::session(asio::ip::tcp::socket& socket) {
  const std::lock_guard lock(mutex_);
  const auto read = read_if_changed();
  if (!read && on_problem_) {
    on_problem_(read.error().message + "; the one that was read before stays in force");
  }
  if (!context_) return nullptr;
  return std::make_unique<Session>(socket, context_);
}

}  // namespace container_kit::kit::http
