// Finds the programs that tools drive.
//
// Thread safety: the functions read PATH from the environment, which nobody may change meanwhile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_error.h>

namespace container_kit::kit::process {

struct Program {
  std::string name;  // "docker"
  std::string path;  // absolute
};

// The first of `names` that PATH has; or the one named `wanted`, where that is not empty. Error:
// kProgramMissing, which says what to install: `advice`.
ToolResult<Program> find_program(const std::vector<std::string_view>& names, std::string_view wanted,
                                 std::string_view advice);

}  // namespace container_kit::kit::process
