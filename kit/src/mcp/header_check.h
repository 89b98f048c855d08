// The headers in which a client of the stateless era repeats what its message says, so that others can route
// by them: what they say must be what the message says (2026-07-28, Streamable HTTP, "Server Validation").
//
// Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.h"
#include "mcp/json_rpc.h"

namespace container_kit::kit::mcp {

// An argument that a tool's schema marks with x-mcp-header.
struct HeaderParameter {
  std::vector<std::string> path;  // of property names, from the arguments down
  std::string header;             // Mcp-Param-Region
};

std::vector<HeaderParameter> header_parameters_of(const boost::json::object& input_schema);

// The value of a header that may be written as =?base64?...?=; nothing where it is written wrongly.
std::optional<std::string> decoded_header(std::string_view value);

// Why the request's headers do not fit its message, or nothing.
std::optional<RpcError> refuse_headers(const http::Request& request, const Message& message,
                                       std::string_view version,
                                       const std::vector<HeaderParameter>& parameters);

}  // namespace container_kit::kit::mcp
