// POST /api/tools/execute: {"tool":"analyze","arguments":{"path":"..."}}.
#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include <boost/json/object.hpp>

#include <container_kit/kit/tool_registry.h>

#include "http/response.h"
#include "http/router.h"

namespace container_kit::kit::http {

struct ToolCall {
  std::string name;               // as the client sent it
  boost::json::object arguments;  // not checked yet: that belongs to the tool's own span
  std::string session = {};       // the id of the session it belongs to, as the client sent it, or empty
};

// The call that a request's body asks for, or what is wrong with the body.
telemetry::Expected<ToolCall, ApiError> read_call(std::string_view body, std::size_t json_depth);

// A body that is an object with no other fields than these. `form` is how it should look, for messages.
telemetry::Expected<boost::json::object, ApiError> read_body(std::string_view body, std::size_t json_depth,
                                                             std::initializer_list<std::string_view> fields,
                                                             std::string_view form);

// The field, where it is there; an error where it is no object.
telemetry::Expected<boost::json::object, ApiError> object_in(const boost::json::object& body,
                                                             std::string_view field);

// The text, empty where it is not there; an error where it is none.
telemetry::Expected<std::string, ApiError> text_in(const boost::json::object& body, std::string_view field);

// Closes an answer: {"result":...,"trace_id":"...","duration_ms":1.234}, behind what `begun` has already.
std::string answer_json(std::string begun, std::string_view result, const telemetry::Context& context,
                        std::chrono::steady_clock::time_point started);

// That of the context's span, or null.
void append_trace_id(std::string& json, const telemetry::Context& context);

// What every call has in common; borrowed.
struct ExecuteSetup {
  const ToolRegistry& tools;
  telemetry::Manager& telemetry;
  const std::vector<std::string>& allowed_roots;
  std::size_t json_depth;
  Sessions* sessions = nullptr;  // null: there are none
};

// Reads the call, runs the tool and renders its answer. Blocks for as long as the tool does; a tool that
// waits (Tool::waits()) is left for a waiting thread, and ends when the client leaves.
FirstLook execute(const ExecuteSetup& setup, const Exchange& exchange);

}  // namespace container_kit::kit::http
