#include <container_kit/kit/tool_error.h>

namespace container_kit::kit {

std::string_view name_of(ToolErrorCode code) noexcept {
  switch (code) {
    case ToolErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ToolErrorCode::kPathNotAllowed:
      return "path_not_allowed";
    case ToolErrorCode::kPathNotFound:
      return "path_not_found";
    case ToolErrorCode::kToolNotFound:
      return "tool_not_found";
    case ToolErrorCode::kInternal:
      break;
  }
  return "internal";
}

telemetry::Outcome telemetry_outcome(const ToolError& error) {
  return telemetry::Outcome::failure(std::string(name_of(error.code)), error.message);
}

}  // namespace container_kit::kit
