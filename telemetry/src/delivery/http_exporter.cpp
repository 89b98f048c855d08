#include "delivery/http_exporter.h"

#include <algorithm>
#include <cstdint>

#include "protocol/jaeger_thrift.h"
#include "protocol/otlp_json.h"
#include "protocol/otlp_request.h"
#include "protocol/otlp_traces.h"
#include "protocol/zipkin_json.h"
#include "transport/gzip.h"

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

using Encoder = std::size_t (*)(std::string&, std::string_view, std::span<const protocol::ScopeSpans>);

Encoder encoder_of(TracesFormat format) {
  switch (format) {
    case TracesFormat::kJaegerThrift:
      return &protocol::append_jaeger_batch;
    case TracesFormat::kZipkinJson:
      return &protocol::append_zipkin_spans;
    default:
      return &protocol::append_otlp_traces_json;
  }
}

const char* content_type_of(TracesFormat format) {
  switch (format) {
    case TracesFormat::kOtlpProtobuf:
      return "application/x-protobuf";
    case TracesFormat::kJaegerThrift:
      return "application/x-thrift";
    default:
      return "application/json";
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

std::string HttpExporter::name() const {
  switch (options_.format) {
    case TracesFormat::kJaegerThrift:
      return "jaeger";
    case TracesFormat::kZipkinJson:
      return "zipkin";
    default:
      return "otlp";
  }
}

std::string HttpExporter::component_type() const {
  switch (options_.format) {
    case TracesFormat::kOtlpProtobuf:
      return "otlp_http_span_exporter";
    case TracesFormat::kOtlpJson:
      return "otlp_http_json_span_exporter";
    case TracesFormat::kZipkinJson:
      return "zipkin_http_span_exporter";
    default:
      return "jaeger_http_span_exporter";
  }
}

std::string HttpExporter::endpoint() const {
  return without_credentials(options_.url);
}

SendResult HttpExporter::send(std::string_view request, std::uint32_t /*span_count*/,
                              base::Deadline deadline) {
  deadline = deadline.earlier(base::Deadline::after(options_.timeout));
  if (options_.format == TracesFormat::kOtlpProtobuf) return post(request, deadline);
  return post_each_resource(request, deadline);
}

// Nearly always there is one resource. Where there are more and a later one fails, the earlier ones are sent
// again.
SendResult HttpExporter::post_each_resource(std::string_view request, base::Deadline deadline) {
  const auto resources = protocol::read_otlp_traces(request);
  if (!resources) return {SendOutcome::kRejected, name() + ": a request that cannot be read"};
  SendResult all;
  for (const protocol::ResourceSpans& resource : *resources) {
    body_.clear();
    const std::size_t torn = encoder_of(options_.format)(body_, resource.resource, resource.scopes);
    SendResult result = post(body_, deadline);
    if (result.outcome != SendOutcome::kDelivered) return result;
    all.http_status = result.http_status;
    all.rejected_spans += result.rejected_spans + static_cast<std::uint32_t>(torn);
    if (!result.problem.empty()) all.problem = std::move(result.problem);
    if (torn > 0 && all.problem.empty()) all.problem = "spans without valid ids cannot be sent";
  }
  return all;
}

SendResult HttpExporter::post(std::string_view body, base::Deadline deadline) {
  const bool is_compressed = options_.gzip && transport::gzip(body, compressed_);
  const transport::HttpRequest request{options_.url, content_type_of(options_.format), options_.headers,
                                       is_compressed ? std::string_view(compressed_) : body,
                                       is_compressed ? "gzip" : ""};
  const transport::HttpResponse response = client_.post(request, deadline);
  const SendOutcome outcome = outcome_of(response.status);
  if (outcome == SendOutcome::kDelivered) {
    SendResult taken =
        options_.format == TracesFormat::kOtlpProtobuf ? delivered(response.body) : SendResult{};
    taken.http_status = response.status;
    return taken;
  }
  const std::string reason =
      response.status == 0 ? response.error : "HTTP status " + std::to_string(response.status);
  const std::string error_type = response.status == 0 ? "connection" : std::to_string(response.status);
  return {outcome,    name() + " endpoint " + endpoint() + ": " + reason,
          0,          response.retry_after,
          error_type, response.status};
}

}  // namespace container_kit::telemetry::delivery
