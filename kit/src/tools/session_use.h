// A tool call that belongs to a session: it counts as the session's use, and may look into its workspace.
//
// Thread safety: for the thread that runs the call. Ownership: borrows the caller.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <container_kit/kit/tool_call.h>

namespace container_kit::kit {

class SessionUse {
 public:
  explicit SessionUse(const ToolCaller& caller) : caller_(caller) {}
  // What the call left in the workspace is measured.
  ~SessionUse();
  SessionUse(const SessionUse&) = delete;
  SessionUse& operator=(const SessionUse&) = delete;

  // Nothing where the caller names no session, else as Sessions::use(); the span says which session it is.
  std::optional<ToolError> begin();

  // The caller's, and the workspace behind them.
  const std::vector<std::string>& allowed_roots() const { return is_used_ ? roots_ : caller_.allowed_roots; }

 private:
  const ToolCaller& caller_;
  bool is_used_ = false;
  std::vector<std::string> roots_;
};

}  // namespace container_kit::kit
