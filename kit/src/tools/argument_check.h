// The check between a caller's words and a tool: what passes it is what the tool declared, defaults filled
// in.
#pragma once

#include <boost/json/object.hpp>

#include <container_kit/kit/tool_error.h>
#include <container_kit/kit/tool_input.h>

namespace container_kit::kit {

// The arguments, or the first that is wrong, missing or not declared, named in the error's field.
ToolResult<ToolArguments> check_arguments(const ToolInput& input, const boost::json::object& given);

// The same for values that have their type already.
ToolResult<ToolArguments> check_arguments(const ToolInput& input, const ToolArguments& given);

}  // namespace container_kit::kit
