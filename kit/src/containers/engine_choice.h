// Which container engine is used where the caller names none: the first of those that are installed that
// works.
//
// docker is only a client: it is installed on many machines whose daemon does not run. Where there are others
// it is asked whether its daemon answers, and passed over where it does not. What was found holds for half a
// minute.
//
// Thread safety: may be called from many threads.
#pragma once

#include <string>

#include <container_kit/kit/tool.h>

#include "process/programs.h"

namespace container_kit::kit::containers {

struct Engine {
  process::Program program;
  std::string reason;  // why not one that would have come before it; empty: it is the first

  const std::string& name() const { return program.name; }
  const std::string& path() const { return program.path; }
};

// The one that the argument `engine` names, or the one that is chosen. Error: kProgramMissing. Where none
// works it is the first that is installed, whose own words then say what is wrong.
ToolResult<Engine> find_engine(const ToolArguments& arguments, const ToolContext& context);

// Forgets what was found: for tests.
void forget_engines();

}  // namespace container_kit::kit::containers
