// HttpClient: sends one request at a time over a kept connection, with libcurl.
//
// Thread safety: post() from one thread; cancel() from any. Errors are values: an answer, or why there was
// none.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/deadline.h"

namespace container_kit::telemetry::transport {

struct HttpRequest {
  std::string url;
  std::string content_type;
  const std::map<std::string, std::string>& headers;
  std::string_view body;
  std::string content_encoding = {};  // empty: none
};

struct HttpResponse {
  int status = 0;    // 0: no answer came; `error` says why
  std::string body;  // at most 4 MiB of it
  std::string error;
  std::optional<std::chrono::milliseconds> retry_after;
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Returns by the deadline. Redirects are not followed.
  HttpResponse post(const HttpRequest& request, base::Deadline deadline);
  // Makes the request that is under way, and all later ones, fail at once.
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  void resume() noexcept { cancelled_.store(false, std::memory_order_relaxed); }

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace container_kit::telemetry::transport
