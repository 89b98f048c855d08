#include "delivery/otlp_http_exporter.h"

#include <algorithm>
#include <thread>

#include "base/random.h"

namespace container_kit::telemetry::delivery {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstBackoff{1'000};
constexpr milliseconds kLongestBackoff{5'000};
constexpr milliseconds kCancelPoll{10};

bool is_retryable(const transport::HttpResponse& response) {
  switch (response.status) {
    case 0:  // no connection, or it broke
    case 429:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      return false;
  }
}

Error failure_of(const transport::HttpResponse& response, const std::string& url) {
  const std::string reason =
      response.status == 0 ? response.error : "HTTP status " + std::to_string(response.status);
  return {ErrorCode::kUnavailable, "OTLP endpoint " + without_credentials(url) + ": " + reason};
}

}  // namespace

std::string without_credentials(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const std::size_t authority = scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", authority), url.size());
  const std::size_t at = url.rfind('@', end);
  if (at == std::string::npos || at < authority || at > end) return url;
  return url.substr(0, authority) + url.substr(at + 1);
}

OtlpHttpExporter::OtlpHttpExporter(OtlpHttpOptions options, base::Log& log)
    : options_(std::move(options)), log_(log) {}

std::string OtlpHttpExporter::endpoint() const {
  return without_credentials(options_.url);
}

void OtlpHttpExporter::cancel() noexcept {
  cancelled_.store(true, std::memory_order_relaxed);
  client_.cancel();
}

Expected<void> OtlpHttpExporter::export_spans(const SpanBatch& batch, base::Deadline deadline) {
  request_.clear();
  protocol::append_otlp_traces(request_, batch.resource, batch.scopes);
  deadline = deadline.earlier(base::Deadline::after(options_.timeout));
  const transport::HttpRequest request{options_.url, "application/x-protobuf", options_.headers, request_};
  for (int attempt = 0;; ++attempt) {
    const transport::HttpResponse response = client_.post(request, deadline);
    if (response.status >= 200 && response.status < 300) {
      report_partial_success(response);
      return {};
    }
    if (!is_retryable(response) || !back_off(attempt, response, deadline)) {
      return failure_of(response, options_.url);
    }
  }
}

bool OtlpHttpExporter::back_off(int attempt, const transport::HttpResponse& response,
                                base::Deadline deadline) {
  const milliseconds ceiling = std::min(kFirstBackoff * (1 << std::min(attempt, 4)), kLongestBackoff);
  milliseconds wait(base::next_random() % static_cast<std::uint64_t>(ceiling.count()));  // full jitter
  if (response.retry_after) wait = *response.retry_after;
  if (wait >= deadline.remaining()) return false;
  const base::Deadline until = base::Deadline::after(wait);
  while (!until.passed()) {
    if (cancelled_.load(std::memory_order_relaxed)) return false;
    std::this_thread::sleep_for(std::min(kCancelPoll, until.remaining() + milliseconds(1)));
  }
  return true;
}

void OtlpHttpExporter::report_partial_success(const transport::HttpResponse& response) {
  const protocol::PartialSuccess partial = protocol::parse_otlp_response(response.body);
  if (partial.rejected == 0 && partial.message.empty()) return;
  log_.warn("the OTLP receiver rejected " + std::to_string(partial.rejected) + " spans: " + partial.message);
}

}  // namespace container_kit::telemetry::delivery
