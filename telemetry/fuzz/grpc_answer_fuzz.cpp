// Any bytes as what a gRPC receiver answers: read without harm. A message is a part of the body and comes
// with OK alone, a delay is never negative nor longer than an hour, and a message that is framed comes back.
#include <cstdint>
#include <cstdlib>

#include "protocol/grpc.h"
#include "protocol/otlp_traces.h"

namespace protocol = container_kit::telemetry::protocol;

namespace {

// Up to the next zero byte.
std::string take_text(std::string_view& bytes) {
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  std::string text(bytes.substr(0, end));
  bytes.remove_prefix(std::min(end + 1, bytes.size()));
  return text;
}

void check(bool holds) {
  if (!holds) std::abort();
}

void check_answer(int http_status, const protocol::HeaderList& headers, std::string_view body) {
  const protocol::GrpcAnswer answer = protocol::read_grpc_answer(http_status, headers, body);
  const protocol::GrpcStatus& status = answer.status;
  const bool is_ok = status.code == protocol::GrpcCode::kOk;
  check(is_ok || answer.message.empty());
  check(!is_ok || answer.message.size() + 5 == body.size());
  check(!is_ok || !protocol::is_retryable(status));
  check(!protocol::is_retryable(status) || !protocol::is_too_large(status));
  if (status.retry_delay) {
    check(status.retry_delay->count() >= 0 && *status.retry_delay <= std::chrono::hours(1));
  }
  protocol::parse_otlp_response(answer.message);
  static_cast<void>(to_string(status.code));
}

void check_round_trip(std::string_view message) {
  const protocol::HeaderList success{{"content-type", "application/grpc"}, {"grpc-status", "0"}};
  std::string frame;
  protocol::append_grpc_frame(frame, message, false);
  const protocol::GrpcAnswer answer = protocol::read_grpc_answer(200, success, frame);
  check(answer.status.code == protocol::GrpcCode::kOk && answer.message == message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const int http_status = bytes.empty() || bytes[0] % 2 == 0 ? 200 : static_cast<unsigned char>(bytes[0]) * 3;
  bytes.remove_prefix(bytes.empty() ? 0 : 1);
  protocol::HeaderList headers{{"content-type", "application/grpc"}};
  headers.emplace_back("grpc-status", take_text(bytes));
  headers.emplace_back("grpc-message", take_text(bytes));
  headers.emplace_back("grpc-status-details-bin", take_text(bytes));
  check_answer(http_status, headers, bytes);
  check_answer(http_status, {{take_text(bytes), take_text(bytes)}, {"grpc-status", "0"}}, bytes);
  check_round_trip(bytes);
  return 0;
}
