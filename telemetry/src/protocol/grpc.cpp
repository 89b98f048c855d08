#include "protocol/grpc.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "protocol/grpc_status.h"

namespace container_kit::telemetry::protocol {
namespace {

constexpr std::size_t kFramePrefix = 5;  // a byte of flags, the length in four, big-endian

// The last one wins: trailers come after headers.
const std::string* find(const HeaderList& headers, std::string_view name) {
  const auto found = std::find_if(headers.rbegin(), headers.rend(),
                                  [&](const auto& header) { return header.first == name; });
  return found != headers.rend() ? &found->second : nullptr;
}

GrpcCode code_of_http(int status) {
  switch (status) {
    case 400:
      return GrpcCode::kInternal;
    case 401:
      return GrpcCode::kUnauthenticated;
    case 403:
      return GrpcCode::kPermissionDenied;
    case 404:
      return GrpcCode::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return GrpcCode::kUnavailable;
    default:
      return GrpcCode::kUnknown;
  }
}

GrpcAnswer answer_of_http(int status, std::string_view why) {
  return {false,
          {code_of_http(status), "HTTP status " + std::to_string(status) + ", " + std::string(why), {}},
          {}};
}

GrpcStatus read_status(const std::string& number, const HeaderList& headers) {
  int code = -1;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), code);
  const bool is_number = parsed.ec == std::errc() && parsed.ptr == number.data() + number.size();
  GrpcStatus status;
  status.code = is_number && code >= 0 ? static_cast<GrpcCode>(code) : GrpcCode::kUnknown;
  if (const std::string* const message = find(headers, "grpc-message")) {
    status.message = decode_grpc_message(*message);
  }
  if (const std::string* const details = find(headers, "grpc-status-details-bin")) {
    status.retry_delay = retry_delay_in(*details);
  }
  return status;
}

std::size_t length_in(std::string_view prefix) {
  std::uint32_t length = 0;
  for (std::size_t at = 1; at < kFramePrefix; ++at) {
    length = (length << 8) | static_cast<unsigned char>(prefix[at]);
  }
  return length;
}

GrpcAnswer broken(std::string why) {
  return {true, {GrpcCode::kInternal, std::move(why), {}}, {}};
}

// The one message of an answer that is OK.
GrpcAnswer read_message(std::string_view body) {
  if (body.empty()) return broken("an answer without a message");
  if (body.size() < kFramePrefix) return broken("a frame that is cut short");
  const std::string_view message = body.substr(kFramePrefix);
  const std::size_t length = length_in(body);
  if (message.size() < length) return broken("a frame that is cut short");
  if (message.size() > length) return broken("more than one message in the answer");
  if (body[0] == 1) return broken("a compressed message, which was not asked for");
  if (body[0] != 0) return broken("a frame that makes no sense");
  return {true, {}, message};
}

}  // namespace

void append_grpc_frame(std::string& out, std::string_view message, bool is_compressed) {
  const auto length = static_cast<std::uint32_t>(message.size());
  out += static_cast<char>(is_compressed ? 1 : 0);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((length >> shift) & 0xFF);
  out.append(message);
}

GrpcAnswer read_grpc_answer(int http_status, const HeaderList& headers, std::string_view body) {
  const std::string* const type = find(headers, "content-type");
  if (type == nullptr || !type->starts_with("application/grpc")) {
    return answer_of_http(http_status, "and no gRPC in the answer");
  }
  const std::string* const number = find(headers, "grpc-status");
  if (number == nullptr) return answer_of_http(http_status, "and no grpc-status in the answer");
  GrpcStatus status = read_status(*number, headers);
  if (status.code != GrpcCode::kOk) return {true, std::move(status), {}};
  return read_message(body);
}

bool is_retryable(const GrpcStatus& status) noexcept {
  switch (status.code) {
    case GrpcCode::kCancelled:
    case GrpcCode::kDeadlineExceeded:
    case GrpcCode::kAborted:
    case GrpcCode::kOutOfRange:
    case GrpcCode::kUnavailable:
    case GrpcCode::kDataLoss:
      return true;
    case GrpcCode::kResourceExhausted:
      return status.retry_delay.has_value();
    default:
      return false;
  }
}

bool is_too_large(const GrpcStatus& status) noexcept {
  if (status.code != GrpcCode::kResourceExhausted || status.retry_delay) return false;
  // In the words of gRPC for Go and C++, for Java, and for Rust and .NET.
  constexpr std::array<std::string_view, 4> kWords{"larger than max", "exceeds maximum size", "too large",
                                                   "exceeds the maximum"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view words) { return status.message.find(words) != std::string::npos; });
}

std::string to_string(GrpcCode code) {
  constexpr std::array<const char*, 17> kNames{
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  const auto number = static_cast<std::size_t>(code);
  return number < kNames.size() ? kNames[number] : std::to_string(number);
}

}  // namespace container_kit::telemetry::protocol
