#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <container_kit/telemetry/instrumented_http_client.h>
#include <container_kit/telemetry/manager.h>

#include "base/stopwatch.h"
#include "delivery/backoff.h"
#include "manager/curl_transfer.h"

namespace container_kit::telemetry {
namespace {

// The methods of RFC 9110 and PATCH; another one is _OTHER in labels and names, since they have few values.
constexpr std::array<std::string_view, 9> kMethods{"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                   "CONNECT", "OPTIONS", "TRACE", "PATCH"};

std::string_view method_label(std::string_view method) {
  const auto* const known = std::find(kMethods.begin(), kMethods.end(), method);
  return known != kMethods.end() ? *known : "_OTHER";
}

bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE" || method == "PUT" ||
         method == "DELETE";
}

bool is_clean(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// Why the request cannot be sent; empty: it can.
std::string fault_of(const ClientRequest& request) {
  const bool is_method = !request.method.empty() && std::all_of(request.method.begin(), request.method.end(),
                                                                [](char c) { return c > ' ' && c < 0x7F; });
  if (!is_method) return "method: allowed: a token such as GET";
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://")) {
    return "url: allowed: http:// or https:// and a host";
  }
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || !is_clean(name) || !is_clean(value) || name.find(':') != std::string::npos) {
      return "headers: a name or a value that HTTP cannot carry";
    }
  }
  return {};
}

bool should_resend(const ClientRequest& request, const Attempt& attempt) {
  const int status = attempt.response.status;
  if (status == 0 && !attempt.was_connected) return true;
  if (!is_idempotent(request.method) || attempt.is_invalid) return false;
  return status == 0 ? attempt.error_type == "connection_lost"
                     : status == 429 || status == 502 || status == 503 || status == 504;
}

std::string error_type_of(const Attempt& attempt) {
  constexpr int kFirstError = 400;
  if (attempt.response.status == 0) return attempt.error_type;
  return attempt.response.status >= kFirstError ? std::to_string(attempt.response.status) : std::string();
}

// An IP address of version 6 stands in brackets in a URL, and without them in an attribute.
std::string_view without_brackets(std::string_view address) {
  return address.starts_with('[') && address.ends_with(']') ? address.substr(1, address.size() - 2) : address;
}

}  // namespace

class HttpClient::Impl {
 public:
  explicit Impl(Manager& manager) : manager_(manager) {}

  Expected<ClientResponse> send(const ClientRequest& request, const Context& parent) {
    if (const std::string fault = fault_of(request); !fault.empty()) {
      return Error{ErrorCode::kInvalidArgument, fault};
    }
    const base::Deadline deadline = base::Deadline::after(request.timeout);
    const ServerPlace server = server_of(request.url);
    delivery::Backoff backoff({request.resend_pause, request.resend_pause * 32});
    std::unique_ptr<CurlTransfer> transfer = take();
    Attempt attempt = attempt_once(*transfer, {request, parent, server, 0}, deadline);
    int resends = 0;
    while (resends < request.resends && should_resend(request, attempt)) {
      const auto pause = attempt.retry_after.value_or(backoff.next());
      if (pause >= deadline.remaining()) break;
      wait(pause);
      attempt = attempt_once(*transfer, {request, parent, server, ++resends}, deadline);
    }
    give_back(std::move(transfer));
    return answer_of(std::move(attempt), resends);
  }

 private:
  struct Sending {
    const ClientRequest& request;
    const Context& parent;
    const ServerPlace& server;
    int resends;
  };

  static Expected<ClientResponse> answer_of(Attempt attempt, int resends) {
    if (attempt.response.status != 0) {
      attempt.response.resends = resends;
      return std::move(attempt.response);
    }
    ErrorCode code = attempt.is_timeout ? ErrorCode::kDeadlineExceeded : ErrorCode::kUnavailable;
    if (attempt.is_invalid) code = ErrorCode::kInvalidArgument;
    return Error{code, attempt.error_type + ": " + attempt.message};
  }

  Attempt attempt_once(CurlTransfer& transfer, const Sending& sending, base::Deadline deadline) {
    Span span = start_span(sending);
    const Context& context = span.as_context().has_span() ? span.as_context() : sending.parent;
    HeaderList headers = sending.request.headers;
    manager_.propagator().inject(context, headers);
    const std::uint64_t start = base::read_stopwatch();
    Attempt attempt = transfer.perform(sending.request, headers, deadline);
    const double seconds = base::seconds_between(start, base::read_stopwatch());
    end_span(span, attempt);
    const detail::BorrowedContextScope scope{context};  // the exemplar's
    measure(sending, attempt, seconds);
    return attempt;
  }

  bool says_guide() const { return manager_.config().http_conventions != HttpConventions::kStable; }
  bool says_stable() const { return manager_.config().http_conventions != HttpConventions::kGuide; }

  Span start_span(const Sending& sending) const {
    const std::string_view method = method_label(sending.request.method);
    std::string name(says_stable() && !says_guide() ? "" : "http.");
    name += method == "_OTHER" ? "HTTP" : method;
    if (!sending.request.url_template.empty()) name.append(" ").append(sending.request.url_template);
    Span span =
        manager_.tracing().tracer().start_span(name, {.kind = SpanKind::kClient, .parent = &sending.parent});
    if (!span.is_recording()) return span;
    const std::string url = redact_url(sending.request.url);
    if (says_guide()) span.set_attributes({{"http.method", method}, {"http.url", url}});
    if (says_stable()) {
      span.set_attributes({{"http.request.method", method},
                           {"url.full", url},
                           {"server.address", without_brackets(sending.server.address)},
                           {"server.port", sending.server.port}});
    }
    if (method == "_OTHER") span.set_attribute("http.request.method_original", sending.request.method);
    if (!sending.request.url_template.empty()) {
      span.set_attribute("url.template", sending.request.url_template);
    }
    if (sending.resends > 0) span.set_attribute("http.request.resend_count", sending.resends);
    return span;
  }

  void end_span(Span& span, const Attempt& attempt) const {
    const int status = attempt.response.status;
    if (status != 0 && says_guide()) span.set_attribute("http.status_code", status);
    if (status != 0 && says_stable()) span.set_attribute("http.response.status_code", status);
    if (const std::string error = error_type_of(attempt); !error.empty()) {
      span.set_attribute("error.type", error);
      span.set_status(StatusCode::kError, attempt.message);
    }
    span.end();
  }

  void measure(const Sending& sending, const Attempt& attempt, double seconds) {
    if (!manager_.is_metrics_enabled()) return;
    auto duration = manager_.metrics().meter().histogram<double>(
        "http.client.request.duration",
        {.description = "Duration of HTTP client requests",
         .unit = "s",
         .boundaries =
             std::vector<double>{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}});
    const std::string error = error_type_of(attempt);
    std::vector<Attribute> attributes{{"http.request.method", method_label(sending.request.method)},
                                      {"server.address", without_brackets(sending.server.address)},
                                      {"server.port", sending.server.port}};
    if (attempt.response.status != 0) {
      attributes.push_back({"http.response.status_code", attempt.response.status});
    }
    if (!error.empty()) attributes.push_back({"error.type", error});
    duration.record(seconds, attributes);
  }

  std::unique_ptr<CurlTransfer> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<CurlTransfer>();
    std::unique_ptr<CurlTransfer> transfer = std::move(idle_.back());
    idle_.pop_back();
    return transfer;
  }
  void give_back(std::unique_ptr<CurlTransfer> transfer) {
    constexpr std::size_t kMostIdle = 16;
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(transfer));
  }
  static void wait(std::chrono::milliseconds pause) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable().wait_for(lock, pause, [] { return false; });
  }

  Manager& manager_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlTransfer>> idle_;
};

HttpClient::HttpClient(Manager& manager) : impl_(std::make_unique<Impl>(manager)) {}
HttpClient::~HttpClient() = default;

Expected<ClientResponse> HttpClient::send(const ClientRequest& request, const Context& parent) noexcept {
  try {
    return impl_->send(request, parent);
  } catch (const std::exception& error) {
    return Error{ErrorCode::kSystem, error.what()};
  }
}

}  // namespace container_kit::telemetry
