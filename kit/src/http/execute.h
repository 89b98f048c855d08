// POST /api/tools/execute: {"tool":"analyze","arguments":{"path":"..."}}.
#pragma once

#include <cstddef>
#include <string_view>

#include <boost/json/object.hpp>

#include <container_kit/kit/tool_registry.h>

#include "http/response.h"
#include "http/router.h"

namespace container_kit::kit::http {

struct ToolCall {
  std::string name;               // as the client sent it
  boost::json::object arguments;  // not checked yet: that belongs to the tool's own span
};

// The call that a request's body asks for, or what is wrong with the body.
telemetry::Expected<ToolCall, ApiError> read_call(std::string_view body, std::size_t json_depth);

// What every call has in common; borrowed.
struct ExecuteSetup {
  const ToolRegistry& tools;
  telemetry::Manager& telemetry;
  const std::vector<std::string>& allowed_roots;
  std::size_t json_depth;
};

// Reads the call, runs the tool and renders its answer. Blocks for as long as the tool does.
Response execute(const ExecuteSetup& setup, const Exchange& exchange);

}  // namespace container_kit::kit::http
