// HttpClient: sends one request at a time over a kept connection, with libcurl.
//
// Proxies are those of the usual environment, by libcurl's rules: http_proxy (in lower case alone),
// HTTPS_PROXY, ALL_PROXY, NO_PROXY. Redirects are answers like any other, and not followed. An answer is
// never asked for compressed, and never unpacked.
//
// Thread safety: post() from one thread; cancel() from any. Errors are values: an answer, or why there was
// none.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/deadline.h"

namespace container_kit::telemetry::transport {

enum class HttpVersion {
  kAny,
  // HTTP/2 and nothing else: by prior knowledge over http://, by ALPN over https://. Through a proxy, in a
  // tunnel.
  kHttp2,
};

// Files in PEM; empty: the system's authorities, no certificate of our own.
struct TlsFiles {
  std::string certificate = {};  // whom to trust
  std::string client_certificate = {};
  std::string client_key = {};
};

struct HttpClientOptions {
  HttpVersion version = HttpVersion::kAny;
  TlsFiles tls = {};
};

struct HttpRequest {
  std::string url;
  // Names and values that HTTP can carry.
  const std::map<std::string, std::string>& headers;
  std::string_view body;
};

// Why no answer came, as far as it can be told.
enum class HttpFailure {
  kNone,
  kResolve,  // the host's name is not known
  kConnect,  // nobody listens there, or the way there is closed
  kTimeout,
  kTls,          // no agreement on TLS, or the peer does not speak it
  kCertificate,  // the peer's certificate is not trusted, or is another host's
  kTlsFile,      // one of TlsFiles cannot be used
  kProtocol,     // the peer said something else than was expected, or nothing
};

struct HttpResponse {
  int status = 0;  // 0: no answer came; `error` says why
  // With the trailers, in the order in which they came; names in lower case. At most 64 KiB.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // at most 4 MiB; more is no answer
  std::string error;
  HttpFailure failure = HttpFailure::kNone;
  std::optional<std::chrono::milliseconds> retry_after;  // an hour at most
  bool is_answer_lost = false;  // there was one that came before the request was read, and libcurl lost it
  bool is_connection_over = false;  // with this answer
};

class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Returns by the deadline.
  HttpResponse post(const HttpRequest& request, base::Deadline deadline);
  // Makes the request that is under way, and all later ones, fail at once.
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  void resume() noexcept { cancelled_.store(false, std::memory_order_relaxed); }

 private:
  struct Handle;

  HttpResponse attempt_post(const HttpRequest& request, base::Deadline deadline);

  HttpClientOptions options_;
  std::unique_ptr<Handle> handle_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace container_kit::telemetry::transport
