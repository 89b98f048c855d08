// Stream: the bytes of one connection, plain or under TLS, without ever waiting.
//
// Thread safety: one thread at a time. Ownership: a Stream owns its socket; a TlsContext outlives its
// streams.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include <container_kit/telemetry/expected.h>

namespace container_kit::telemetry::metrics_server {

struct FreeContext {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL* session) const noexcept { SSL_free(session); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

// A server's, for TLS 1.2 and later. The error names the file that cannot be used.
Expected<TlsContext> make_tls_context(const std::string& certificate, const std::string& private_key);

class Stream {
 public:
  enum class Result { kDone, kWaitsToRead, kWaitsToWrite, kOver };

  // Without a context: plain.
  Stream(int socket, SSL_CTX* context);
  ~Stream();
  Stream(Stream&&) noexcept = delete;
  Stream& operator=(Stream&&) = delete;

  int socket() const noexcept { return socket_; }
  // Appends what there is, at most `most` bytes.
  Result read(std::string& out, std::size_t most);
  // Takes what was written off the front.
  Result write(std::string_view& text);
  // Tells the peer that nothing more comes.
  void finish() noexcept;

 private:
  Result result_of(int returned) const;

  int socket_;
  std::unique_ptr<SSL, FreeSession> session_;  // null: plain
};

}  // namespace container_kit::telemetry::metrics_server
