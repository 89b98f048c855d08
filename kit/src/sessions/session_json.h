// Sessions as programs and people see them.
//
// Thread safety: pure functions.
#pragma once

#include <string>

#include <boost/json/fwd.hpp>

#include <container_kit/kit/sessions.h>
#include <container_kit/kit/tool_input.h>

namespace container_kit::kit::sessions {

boost::json::object to_json(const Session& session);
// {"sessions":[...],"total":N}
boost::json::object to_json(const SessionList& list);
// A line each.
std::string to_text(const SessionList& list);

// What to_json() writes.
ToolOutputFields session_fields();
ToolOutputFields session_list_fields();

}  // namespace container_kit::kit::sessions
