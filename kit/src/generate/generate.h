// Makes a Dockerfile and a .dockerignore for a repository.
//
// The Dockerfile builds in stages, copies manifests first, keeps caches in mounts, installs what lock files
// say, and runs as a numeric user without root. What comes from the repository (paths, names, commands) has
// passed safe_words.h; a repository that names what must not be written is refused.
//
// Thread safety: pure functions. Ownership: values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generate/plan.h"

namespace container_kit::kit::generate {

struct Wishes {
  std::string base_image;  // of the stage that runs; empty: the recipe's
  std::string platform;    // os/arch of all stages; empty: the builder's
  std::uint16_t port = 0;  // 0: what the repository says
};

struct Generated {
  std::string ecosystem;
  std::string dockerfile;
  std::string dockerignore;
  std::uint16_t port = 0;
  std::string user;
  std::vector<std::string> command;
  std::vector<Decision> decisions;
  std::vector<std::string> warnings;
};

// Errors: kInvalidArgument, with what the repository lacks, or which wish is malformed.
ToolResult<Generated> generate(const analysis::Inspection& inspection, const Wishes& wishes);

}  // namespace container_kit::kit::generate
