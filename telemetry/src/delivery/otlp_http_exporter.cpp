#include "delivery/otlp_http_exporter.h"

#include <algorithm>
#include <cstdint>

#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::delivery {
namespace {

SendOutcome outcome_of(int status) {
  switch (status) {
    case 0:  // no connection, or it broke
    case 429:
    case 502:
    case 503:
    case 504:
      return SendOutcome::kRetry;
    case 413:
      return SendOutcome::kTooLarge;
    default:
      return status >= 200 && status < 300 ? SendOutcome::kDelivered : SendOutcome::kRejected;
  }
}

// What the receiver says of a request that it took.
SendResult delivered(const std::string& body) {
  const protocol::PartialSuccess partial = protocol::parse_otlp_response(body);
  const std::int64_t rejected = std::clamp<std::int64_t>(partial.rejected, 0, UINT32_MAX);
  return {SendOutcome::kDelivered, partial.message, static_cast<std::uint32_t>(rejected)};
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

OtlpHttpExporter::OtlpHttpExporter(OtlpHttpOptions options) : options_(std::move(options)) {}

std::string OtlpHttpExporter::endpoint() const {
  return without_credentials(options_.url);
}

void OtlpHttpExporter::cancel() noexcept {
  client_.cancel();
}

SendResult OtlpHttpExporter::send(std::string_view request, std::uint32_t /*span_count*/,
                                  base::Deadline deadline) {
  const transport::HttpRequest post{options_.url, "application/x-protobuf", options_.headers, request};
  const transport::HttpResponse response =
      client_.post(post, deadline.earlier(base::Deadline::after(options_.timeout)));
  const SendOutcome outcome = outcome_of(response.status);
  if (outcome == SendOutcome::kDelivered) return delivered(response.body);
  const std::string reason =
      response.status == 0 ? response.error : "HTTP status " + std::to_string(response.status);
  return {outcome, "OTLP endpoint " + endpoint() + ": " + reason, 0, response.retry_after};
}

}  // namespace container_kit::telemetry::delivery
