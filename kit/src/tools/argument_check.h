// The check between a caller's JSON and a tool: what passes it is what the tool declared.
#pragma once

#include <boost/json/object.hpp>

#include <container_kit/kit/tool_error.h>
#include <container_kit/kit/tool_input.h>

namespace container_kit::kit {

// The arguments, or the first that is wrong, missing or not declared, named in the error's field.
ToolResult<ToolArguments> check_arguments(const ToolInput& input, const boost::json::object& given);

}  // namespace container_kit::kit
