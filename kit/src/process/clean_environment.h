// The variables that a child process gets: those that engines, registries and clusters are found by, and no
// other of ours. Secrets that only concern Container Kit stay with it.
//
// Thread safety: reads the environment, which nobody may change meanwhile.
#pragma once

#include <string>
#include <vector>

namespace container_kit::kit::process {

// Each NAME=VALUE.
std::vector<std::string> clean_environment();

}  // namespace container_kit::kit::process
