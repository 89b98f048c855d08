// The errors of sessions, each with what to do.
//
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include <container_kit/kit/session.h>
#include <container_kit/kit/tool_error.h>

namespace container_kit::kit::sessions {

ToolError no_folder();
ToolError not_found(std::string_view id);
// `wanted`: what it cannot be any more: "completed", "used".
ToolError is_over(const Session& session, std::string_view wanted);
ToolError too_many(std::size_t limit);
ToolError too_many_bytes(std::uint64_t bytes, std::uint64_t limit);
ToolError too_large(std::uint64_t bytes, std::uint64_t limit);

// Of what SQLite or the system said.
ToolError error_of(const std::exception& failure, const std::string& folder);

}  // namespace container_kit::kit::sessions
