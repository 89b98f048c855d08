// An answer, and its bytes on the wire.
#pragma once

#include <string>
#include <string_view>

#include <container_kit/kit/tool_error.h>

#include "http/request.h"

namespace container_kit::kit::http {

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  Headers headers;  // beyond those that every answer carries; values are ours, never a client's
};

// Why a request is refused: {"error":{"code","message","field"}}. The code is stable; the message is for
// people; the field names what in the request is at fault and is null where nothing in it is.
struct ApiError {
  int status;
  std::string code;
  std::string message;
  std::string field;
};

Response error_response(const ApiError& error);

// 503 with Retry-After: it is the moment that is wrong, not the request.
Response unavailable(std::string code, std::string message);
ApiError api_error(const ToolError& error);

enum class Connection { kKeepAlive, kClose };

// The status line and headers up to the empty line. Content-Length is that of the body also where the body is
// not sent, as HEAD wants it.
std::string head_of(const Response& response, Connection connection);

// The same for a body that follows in chunks.
std::string head_of_stream(const Response& response);

}  // namespace container_kit::kit::http
