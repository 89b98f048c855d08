// /api/sessions: the sessions of work over HTTP.
//
//   GET   /api/sessions        lists them: ?type=, ?state=, ?limit=, as the tool list_sessions
//   POST  /api/sessions        {"type":"api"} makes one: 201
//   GET   /api/sessions/{id}   shows it
//   PATCH /api/sessions/{id}   {"state":"resumed"}, "completed", or "failed" with a "reason"
//   DELETE /api/sessions/{id}  removes it with its workspace: 204
//
// Thread safety: pure function; what it returns is called from many threads.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <container_kit/kit/sessions.h>

#include "http/router.h"

namespace container_kit::kit::http {

// `sessions` may be null: every answer says then that there are none.
std::vector<Route> session_routes(const std::shared_ptr<Sessions>& sessions, std::size_t json_depth);

}  // namespace container_kit::kit::http
