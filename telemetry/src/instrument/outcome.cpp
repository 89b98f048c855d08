#include <cstring>

#include <container_kit/telemetry/outcome.h>

namespace container_kit::telemetry {

Outcome telemetry_outcome(const std::error_code& error) {
  if (!error) return Outcome::success();
  const bool is_errno =
      error.category() == std::generic_category() || error.category() == std::system_category();
  const char* const name = is_errno ? strerrorname_np(error.value()) : nullptr;
  std::string type =
      name != nullptr ? name : std::string(error.category().name()) + ":" + std::to_string(error.value());
  return Outcome::failure(std::move(type), error.message());
}

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
