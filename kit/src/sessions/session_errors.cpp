#include "sessions/session_errors.h"

#include <cerrno>
#include <system_error>

#include "sessions/session_store.h"
#include "tools/quoted.h"

namespace container_kit::kit::sessions {

namespace {

constexpr const char* kField = "session";

std::string elsewhere() {
  return "or set CONTAINER_KIT_STATE_DIR to another folder";
}

ToolError full(const std::string& folder) {
  return {ToolErrorCode::kStorageFull, "no space is left for the sessions in " + folder + "; free some", ""};
}

ToolError error_of(const SqlFailure& failure, const std::string& folder) {
  const std::string file = folder + "/sessions.db";
  switch (failure.kind()) {
    case SqlFailure::Kind::kBusy:
      return {ToolErrorCode::kUnavailable, "another process keeps " + file + " busy; try again shortly", ""};
    case SqlFailure::Kind::kFull:
      return full(folder);
    case SqlFailure::Kind::kDamaged:
      return {ToolErrorCode::kInternal,
              file + " is damaged (" + failure.what() +
                  "); stop Container Kit and put a copy back, or move the file away with those beside it to "
                  "begin "
                  "anew, " +
                  elsewhere(),
              ""};
    case SqlFailure::Kind::kOther:
      break;
  }
  return {ToolErrorCode::kInternal, file + " cannot be used: " + failure.what(), ""};
}

}  // namespace

ToolError no_folder() {
  return {ToolErrorCode::kUnavailable,
          "there are no sessions: no folder can be written to; set CONTAINER_KIT_STATE_DIR to one and start "
          "Container Kit again",
          ""};
}

ToolError not_found(std::string_view id) {
  return {ToolErrorCode::kSessionNotFound,
          "there is no session " + in_quotes(id) + "; list_sessions names them", kField};
}

ToolError is_over(const Session& session, std::string_view wanted) {
  return {ToolErrorCode::kConflict,
          "the session has " + std::string(session.state == SessionState::kCompleted ? "been " : "") +
              std::string(name_of(session.state)) + " and cannot be " + std::string(wanted) +
              (session.state == SessionState::kFailed && session.has_workspace ? "; resume it first"
                                                                               : "; create another"),
          kField};
}

ToolError too_many(std::size_t limit) {
  return {ToolErrorCode::kLimitReached,
          "as many sessions are open as may be, " + std::to_string(limit) +
              "; complete one, or raise CONTAINER_KIT_SESSION_LIMIT",
          ""};
}

ToolError too_many_bytes(std::uint64_t bytes, std::uint64_t limit) {
  return {ToolErrorCode::kLimitReached,
          "the workspaces of all sessions hold " + std::to_string(bytes) + " bytes of " +
              std::to_string(limit) + "; complete or remove some, or raise CONTAINER_KIT_SESSION_TOTAL_BYTES",
          ""};
}

ToolError too_large(std::uint64_t bytes, std::uint64_t limit) {
  return {ToolErrorCode::kTooLarge,
          "the session's workspace holds " + std::to_string(bytes) + " bytes, more than " +
              std::to_string(limit) + "; remove files from it, or raise CONTAINER_KIT_SESSION_BYTES",
          kField};
}

ToolError error_of(const std::exception& failure, const std::string& folder) {
  if (const auto* sql = dynamic_cast<const SqlFailure*>(&failure)) return error_of(*sql, folder);
  if (dynamic_cast<const NewerSchema*>(&failure) != nullptr) {
    return {ToolErrorCode::kInternal,
            folder + "/sessions.db cannot be used: " + failure.what() + "; run that program, " + elsewhere(),
            ""};
  }
  if (const auto* system = dynamic_cast<const std::system_error*>(&failure)) {
    const int code = system->code().value();
    if (code == ENOSPC || code == EDQUOT) return full(folder);
    return {ToolErrorCode::kInternal,
            std::string(system->what()) + "; let this user write there, " + elsewhere(), ""};
  }
  return {ToolErrorCode::kInternal, std::string("the sessions cannot be used: ") + failure.what(), ""};
}

}  // namespace container_kit::kit::sessions
