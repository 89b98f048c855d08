#include "delivery/http_exporter.h"

#include <algorithm>
#include <cstdint>

#include "protocol/jaeger_thrift.h"
#include "protocol/otlp_json.h"
#include "protocol/otlp_json_response.h"
#include "protocol/otlp_metrics_json.h"
#include "protocol/otlp_request.h"
#include "protocol/otlp_traces.h"
#include "protocol/zipkin_json.h"
#include "transport/compress.h"

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

// Returns how many spans could not be written. Jaeger and Zipkin have no place for a schema's URL.
std::size_t append(std::string& out, HttpFormat format, const protocol::ResourceSpans& resource) {
  switch (format) {
    case HttpFormat::kJaegerThrift:
      return protocol::append_jaeger_batch(out, resource.resource, resource.scopes);
    case HttpFormat::kZipkinJson:
      return protocol::append_zipkin_spans(out, resource.resource, resource.scopes);
    default:
      return protocol::append_otlp_traces_json(out, resource.resource, resource.scopes, resource.schema_url);
  }
}

const char* content_type_of(HttpFormat format) {
  switch (format) {
    case HttpFormat::kOtlpProtobuf:
      return "application/x-protobuf";
    case HttpFormat::kJaegerThrift:
      return "application/x-thrift";
    default:
      return "application/json";
  }
}

// What the receiver says of a request that it took.
SendResult delivered(HttpFormat format, const std::string& body) {
  protocol::PartialSuccess partial;
  if (format == HttpFormat::kOtlpProtobuf) partial = protocol::parse_otlp_response(body);
  if (format == HttpFormat::kOtlpJson) partial = protocol::parse_otlp_json_response(body);
  const std::int64_t rejected = std::clamp<std::int64_t>(partial.rejected, 0, UINT32_MAX);
  return {SendOutcome::kDelivered, partial.message, static_cast<std::uint32_t>(rejected)};
}

}  // namespace

HttpExporter::HttpExporter(config::Signal signal, HttpFormat format, OtlpOptions options)
    : signal_(signal),
      format_(format),
      options_(std::move(options)),
      headers_(options_.headers, options_.headers_file),
      client_({transport::HttpVersion::kAny,
               {options_.certificate, options_.client_certificate, options_.client_key}}) {}

std::string HttpExporter::name() const {
  switch (format_) {
    case HttpFormat::kJaegerThrift:
      return "jaeger";
    case HttpFormat::kZipkinJson:
      return "zipkin";
    default:
      return "otlp";
  }
}

std::string HttpExporter::component() const {
  return name() + (format_ == HttpFormat::kOtlpJson ? "_http_json" : "_http");
}

std::string HttpExporter::endpoint() const {
  return config::without_credentials(options_.endpoint);
}

SendResult HttpExporter::send(std::string_view request, std::uint32_t /*span_count*/,
                              base::Deadline deadline) {
  deadline = deadline.earlier(base::Deadline::after(options_.timeout));
  if (format_ == HttpFormat::kOtlpProtobuf) return post(request, deadline);
  if (signal_ == config::Signal::kMetrics) {
    body_.clear();
    if (protocol::append_otlp_metrics_json(body_, request)) return post(body_, deadline);
    return {SendOutcome::kRejected, name() + ": a request that cannot be read"};
  }
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
    const std::size_t torn = append(body_, format_, resource);
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
  const std::string where = name() + " endpoint " + endpoint() + ": ";
  auto headers = headers_.current();
  if (!headers) return {SendOutcome::kRetry, where + headers.error().message, 0, {}, "headers_file"};
  headers->insert_or_assign("Content-Type", content_type_of(format_));
  if (transport::compress(options_.compression, body, compressed_)) {
    headers->insert_or_assign("Content-Encoding", transport::encoding_name(options_.compression));
    body = compressed_;
  }
  const transport::HttpResponse response = client_.post({options_.endpoint, *headers, body}, deadline);
  const SendOutcome outcome = outcome_of(response.status);
  if (outcome == SendOutcome::kDelivered) {
    SendResult taken = delivered(format_, response.body);
    taken.http_status = response.status;
    return taken;
  }
  const std::string reason =
      response.status == 0 ? response.error : "HTTP status " + std::to_string(response.status);
  const std::string error_type = response.status == 0 ? "connection" : std::to_string(response.status);
  return {outcome, where + reason, 0, response.retry_after, error_type, response.status};
}

}  // namespace container_kit::telemetry::delivery
