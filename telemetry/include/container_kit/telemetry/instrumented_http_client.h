// HttpClient: HTTP requests that are traced, measured, and carry the context to whom they ask.
//
//   telemetry::HttpClient client(tm);
//   auto answer = client.send({.url = "https://api.example.com/items?id=7"});
//   if (!answer) return answer.error();          // nobody answered; an answer of 404 or 500 is an answer
//   use(answer->status, answer->body);
//
// Each attempt is a CLIENT span with the propagator's headers, and a measurement of
// http.client.request.duration. An attempt after the first has http.request.resend_count. URLs are recorded
// without user names, passwords, and the values of query parameters that are known to be secret. Names are
// those of Config::http_conventions:
//
//   the guide's          http.GET   http.method, http.url, http.status_code
//   the stable ones      GET        http.request.method, url.full, server.address, server.port,
//                                   http.response.status_code
//
// both with url.template where it is given (also in the span's name), and error.type: the status code from
// 400 on, or a word such as "timeout". Redirects are answers like any other, and not followed.
//
// Who has a client already injects with the propagator: into a HeaderList, or a curl_slist by CurlHeaders.
//
// Thread safety: send() from any thread at once; each uses a connection of its own, and keeps it for the
// next. Ownership: refers to its Manager, which must outlive it. Errors are values: kInvalidArgument (a
// request that cannot be sent), kDeadlineExceeded, kUnavailable. Source: OpenTelemetry semantic conventions,
// "Semantic Conventions for HTTP Spans" and "… HTTP Metrics".
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <container_kit/telemetry/context.h>
#include <container_kit/telemetry/expected.h>
#include <container_kit/telemetry/propagation.h>

struct curl_slist;  // of libcurl

namespace container_kit::telemetry {

class Manager;

struct ClientRequest {
  std::string method = "GET";
  std::string url;  // http:// or https://
  HeaderList headers = {};
  std::string body = {};
  // The path as the API's documentation has it, such as /items/{id}: of few values, unlike the URL.
  std::string url_template = {};
  // For all attempts and the pauses between them.
  std::chrono::milliseconds timeout{30'000};
  // How often it is sent again at most, after a connection that failed, or an answer of 429, 502, 503 or 504.
  // What is not GET, HEAD, OPTIONS, TRACE, PUT or DELETE is sent again only where no connection was made.
  int resends = 0;
  // Before the first resend at most so long, at random; the double before each further one. A Retry-After
  // counts more.
  std::chrono::milliseconds resend_pause{1'000};
  // An answer with a larger body is none.
  std::size_t max_response_bytes = std::size_t{16} << 20;
};

struct ClientResponse {
  int status = 0;
  HeaderList headers;
  std::string body;
  int resends = 0;
};

class HttpClient {
 public:
  explicit HttpClient(Manager& manager);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Blocks until there is an answer, or none, at most until the request's timeout.
  Expected<ClientResponse> send(const ClientRequest& request,
                                const Context& parent = Context::current()) noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// A list of libcurl's as a carrier: sets "name: value" in place of an earlier header of that name.
class CurlHeaders {
 public:
  explicit CurlHeaders(curl_slist*& list) noexcept : list_(list) {}
  void set(std::string_view name, std::string_view value);

 private:
  curl_slist*& list_;  // owned by the caller, to be freed with curl_slist_free_all()
};

// The URL without what must not be recorded: the user name and password become REDACTED, and so do the values
// of query parameters whose names say that they are secret (token, api_key, password, signature, …).
std::string redact_url(std::string_view url);

}  // namespace container_kit::telemetry
