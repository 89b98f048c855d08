// Resource detectors: what the machine, the process, the container and Kubernetes say of themselves.
//
// Names are those of the semantic conventions, and beside them the guide's pod.name and node.name. The
// command line is left out: its arguments may hold secrets.
//
// Thread safety: free functions, from any thread. Nothing is thrown for what cannot be read; it is left out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>

#include "config/environment.h"

namespace container_kit::telemetry::config {

using ResourceValue = std::variant<std::string, std::int64_t>;
using ResourceValues = std::map<std::string, ResourceValue>;

// What detectors look at. The seam for tests.
struct Surroundings {
  Lookup variable;
  std::function<std::string(const std::string& path)> file;  // its first 64 KiB; empty: it cannot be read
  std::string host_name;
  std::string machine;          // as uname says: x86_64
  std::string executable_path;  // empty: not known
  std::string owner;            // the user's name, or number
  std::int64_t pid = 0;
};

Surroundings surroundings_of_process();

ResourceValues detect_resource(const Surroundings& surroundings);

// From /proc/self/cgroup (version 1, and 2 without a namespace of its own), else from where
// /proc/self/mountinfo says that /etc/hostname and its like come from. Empty: no container that we know.
std::string container_id(const std::string& cgroup, const std::string& mountinfo);

}  // namespace container_kit::telemetry::config
