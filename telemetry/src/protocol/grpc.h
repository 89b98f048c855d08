// gRPC's wire format for a unary call, as far as OTLP needs it: the frame around a message, and what an
// answer's headers, trailers and body say. No connection here.
//
// Sources: grpc.io, "gRPC over HTTP2" (frames, trailers, percent-encoded grpc-message) and "HTTP to gRPC
// Status Code Mapping"; google/rpc/status.proto and error_details.proto (Status, RetryInfo); OTLP
// specification, "OTLP/gRPC Response" (what may be sent again).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace container_kit::telemetry::protocol {

// What a call of these services is POSTed to.
constexpr std::string_view kGrpcTracesPath = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
constexpr std::string_view kGrpcMetricsPath =
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

enum class GrpcCode {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

struct GrpcStatus {
  GrpcCode code = GrpcCode::kOk;
  std::string message;
  std::optional<std::chrono::milliseconds> retry_delay;  // of a RetryInfo
};

// Headers and trailers in the order in which they came; names in lower case.
using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct GrpcAnswer {
  bool has_status = true;  // false: `status` is made of what else there is
  GrpcStatus status;
  std::string_view message;  // of an answer that is OK; a part of the body
};

// The prefix of five bytes, and the message.
void append_grpc_frame(std::string& out, std::string_view message, bool is_compressed);

// Whatever is missing, cut short or makes no sense is a status that says so, as the sources have it.
GrpcAnswer read_grpc_answer(int http_status, const HeaderList& headers, std::string_view body);

// Whether OTLP lets the request be sent again as it is.
bool is_retryable(const GrpcStatus& status) noexcept;
// Whether the receiver refuses the message for its size. gRPC has no code for that alone; its
// implementations answer RESOURCE_EXHAUSTED, and say so in words.
bool is_too_large(const GrpcStatus& status) noexcept;

// UNAVAILABLE; a number where it has no name.
std::string to_string(GrpcCode code);

}  // namespace container_kit::telemetry::protocol
