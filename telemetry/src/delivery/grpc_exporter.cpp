#include "delivery/grpc_exporter.h"

#include <algorithm>

#include "protocol/grpc.h"
#include "protocol/otlp_traces.h"
#include "transport/compress.h"

namespace container_kit::telemetry::delivery {
namespace {

// The endpoint's scheme, host and port, and the method as its path.
std::string url_of(const std::string& endpoint, config::Signal signal) {
  const std::string_view method =
      signal == config::Signal::kTraces ? protocol::kGrpcTracesPath : protocol::kGrpcMetricsPath;
  const std::size_t scheme = endpoint.find("://");
  const std::size_t authority = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(endpoint.find_first_of("/?#", authority), endpoint.size());
  return endpoint.substr(0, end) + std::string(method);
}

// A number of at most eight digits and a unit.
std::string grpc_timeout(base::Deadline deadline) {
  constexpr std::int64_t kLongest = 99'999'999;
  return std::to_string(std::clamp<std::int64_t>(deadline.remaining().count(), 1, kLongest)) + "m";
}

SendOutcome outcome_of(const protocol::GrpcStatus& status, int http_status) {
  constexpr int kContentTooLarge = 413;
  if (protocol::is_retryable(status)) return SendOutcome::kRetry;
  if (protocol::is_too_large(status) || http_status == kContentTooLarge) return SendOutcome::kTooLarge;
  return SendOutcome::kRejected;
}

}  // namespace

GrpcExporter::GrpcExporter(config::Signal signal, OtlpOptions options)
    : options_(std::move(options)),
      url_(url_of(options_.endpoint, signal)),
      where_("otlp_grpc endpoint " + config::without_credentials(options_.endpoint) + ": "),
      headers_(options_.headers, options_.headers_file),
      client_({transport::HttpVersion::kHttp2,
               {options_.certificate, options_.client_certificate, options_.client_key}}) {}

std::string GrpcExporter::endpoint() const {
  return config::without_credentials(options_.endpoint);
}

SendResult GrpcExporter::send(std::string_view request, std::uint32_t /*span_count*/,
                              base::Deadline deadline) {
  deadline = deadline.earlier(base::Deadline::after(options_.timeout));
  const bool is_compressed = transport::compress(options_.compression, request, compressed_);
  frame_.clear();
  protocol::append_grpc_frame(frame_, is_compressed ? compressed_ : request, is_compressed);
  return post(deadline, is_compressed);
}

SendResult GrpcExporter::post(base::Deadline deadline, bool is_compressed) {
  auto headers = headers_.current();
  if (!headers) return {SendOutcome::kRetry, where_ + headers.error().message, 0, {}, "headers_file"};
  headers->insert_or_assign("Content-Type", "application/grpc");
  headers->insert_or_assign("TE", "trailers");
  headers->insert_or_assign("grpc-timeout", grpc_timeout(deadline));
  if (is_compressed)
    headers->insert_or_assign("grpc-encoding", transport::encoding_name(options_.compression));
  return result_of(client_.post({url_, *headers, frame_}, deadline));
}

SendResult GrpcExporter::result_of(const transport::HttpResponse& response) const {
  // What was refused before it was read, in words that were lost: a smaller piece is read, and its answer
  // too.
  constexpr std::size_t kSmall = std::size_t{64} << 10;
  const bool is_refused_unread = response.is_answer_lost && frame_.size() > kSmall;
  if (is_refused_unread) {
    return {SendOutcome::kTooLarge, where_ + "refused before it was read", 0, {}, "connection"};
  }
  if (response.status == 0) return {SendOutcome::kRetry, where_ + response.error, 0, {}, "connection"};
  const protocol::GrpcAnswer answer =
      protocol::read_grpc_answer(response.status, response.headers, response.body);
  if (answer.status.code == protocol::GrpcCode::kOk) {
    const protocol::PartialSuccess partial = protocol::parse_otlp_response(answer.message);
    const std::int64_t rejected = std::clamp<std::int64_t>(partial.rejected, 0, UINT32_MAX);
    return {SendOutcome::kDelivered, partial.message, static_cast<std::uint32_t>(rejected), {}, {},
            response.status};
  }
  // Cut off before its trailers, as libcurl 7.88 does to an answer that a GOAWAY comes with: no answer.
  constexpr int kHttpOk = 200;
  if (!answer.has_status && response.status == kHttpOk && response.is_connection_over) {
    return {SendOutcome::kRetry,
            where_ + "the connection was closed before the answer's trailers",
            0,
            {},
            "connection",
            response.status};
  }
  const std::string reason =
      to_string(answer.status.code) + (answer.status.message.empty() ? "" : ": " + answer.status.message);
  const auto wait = answer.status.retry_delay ? answer.status.retry_delay : response.retry_after;
  return {outcome_of(answer.status, response.status),
          where_ + reason,
          0,
          wait,
          to_string(answer.status.code),
          response.status};
}

}  // namespace container_kit::telemetry::delivery
