#include <algorithm>
#include <array>

#include <container_kit/kit/tool_error.h>

namespace container_kit::kit {

namespace {

struct Known {
  ToolErrorCode code;
  int status;
  std::string_view name;
};

constexpr Known kInternalError{ToolErrorCode::kInternal, 500, "internal"};

// 424: the request is fine and something it depends on is not there (RFC 4918 section 11.4). 499 is nginx's
// word for a client that has gone.
constexpr std::array<Known, 15> kCodes{{{ToolErrorCode::kInvalidArgument, 400, "invalid_argument"},
                                        {ToolErrorCode::kPathNotAllowed, 403, "path_not_allowed"},
                                        {ToolErrorCode::kPathNotFound, 404, "path_not_found"},
                                        {ToolErrorCode::kToolNotFound, 404, "tool_not_found"},
                                        {ToolErrorCode::kSessionNotFound, 404, "session_not_found"},
                                        {ToolErrorCode::kConflict, 409, "conflict"},
                                        {ToolErrorCode::kTooLarge, 413, "too_large"},
                                        {ToolErrorCode::kProgramMissing, 424, "program_missing"},
                                        {ToolErrorCode::kLimitReached, 429, "limit_reached"},
                                        {ToolErrorCode::kCancelled, 499, "cancelled"},
                                        kInternalError,
                                        {ToolErrorCode::kProgramFailed, 502, "program_failed"},
                                        {ToolErrorCode::kUnavailable, 503, "unavailable"},
                                        {ToolErrorCode::kDeadlineExceeded, 504, "deadline_exceeded"},
                                        {ToolErrorCode::kStorageFull, 507, "storage_full"}}};

const Known& known(ToolErrorCode code) noexcept {
  const auto* const found =
      std::find_if(kCodes.begin(), kCodes.end(), [&](const Known& one) { return one.code == code; });
  return found == kCodes.end() ? kInternalError : *found;
}

}  // namespace

std::string_view name_of(ToolErrorCode code) noexcept {
  return known(code).name;
}

int http_status_of(ToolErrorCode code) noexcept {
  return known(code).status;
}

telemetry::Outcome telemetry_outcome(const ToolError& error) {
  return telemetry::Outcome::failure(std::string(name_of(error.code)), error.message);
}

}  // namespace container_kit::kit
