#include "tools/session_use.h"

#include <container_kit/kit/sessions.h>

namespace container_kit::kit {

SessionUse::~SessionUse() {
  if (is_used_) caller_.sessions->used(caller_.session);
}

std::optional<ToolError> SessionUse::begin() {
  if (caller_.session.empty()) return std::nullopt;
  if (caller_.sessions == nullptr) {
    return ToolError{ToolErrorCode::kUnavailable, "this program has no sessions", "session"};
  }
  const auto session = caller_.sessions->use(caller_.session);
  if (!session) return session.error();
  is_used_ = true;
  roots_ = caller_.allowed_roots;
  roots_.push_back(session->workspace);
  telemetry::Manager::add_contextual_attributes(
      {{"session.id", session->id}, {"session.type", name_of(session->type)}});
  return std::nullopt;
}

}  // namespace container_kit::kit
