// Starts a program with two pipes for its outputs.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include <container_kit/kit/tool_error.h>

#include "analyze/unique_fd.h"

namespace container_kit::kit::process {

using analysis::UniqueFd;

struct Spawned {
  pid_t pid = -1;  // and that of its process group
  UniqueFd ended;  // readable when it has ended (pidfd_open(2))
  UniqueFd output;
  UniqueFd errors;
};

// `program` is absolute and becomes argv[0]. `folder`: an open directory, or -1. Error: kInternal.
ToolResult<Spawned> spawn(const std::string& program, const std::vector<std::string>& arguments, int folder,
                          char* const* environment);

}  // namespace container_kit::kit::process
