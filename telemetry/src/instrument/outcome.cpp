#include <container_kit/telemetry/outcome.h>

namespace container_kit::telemetry {

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kInvalidConfig:
      return "invalid_config";
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotInitialized:
      return "not_initialized";
    case ErrorCode::kShutDown:
      return "shut_down";
    case ErrorCode::kDeadlineExceeded:
      return "deadline_exceeded";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kSystem:
      return "system";
  }
  return "error";
}

}  // namespace container_kit::telemetry
