// Results as MCP writes them; among them what a tool answered, as CallToolResult.
//
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include <container_kit/kit/tool.h>

namespace container_kit::kit::mcp {

// Name, title and version of this server.
boost::json::object server_info();

// A complete result with these members, which are the inside of a JSON object; in the stateless era with its
// resultType and who answered.
std::string result_of(bool is_modern, std::string_view members);

// content, structuredContent where the output is an object, isError. One line, without the braces around it.
std::string members_of(const ToolOutput& output);

// A tool that failed is a result with isError, so that the model sees what to do about it, wrong arguments
// among it (2025-11-25, tools, "Error Handling").
std::string members_of(const ToolError& error);

}  // namespace container_kit::kit::mcp
