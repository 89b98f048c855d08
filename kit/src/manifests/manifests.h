// Kubernetes manifests for one program, with a kustomization.
//
// Pods meet the restricted profile of the Pod Security Standards: no root, no privileges, no capabilities, a
// read-only file system, the runtime's seccomp profile. Requests and limits, three probes, and the labels
// that Kubernetes recommends are set.
//
// Thread safety: pure function. Precondition: a Workload that check() has passed. Ownership: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <container_kit/kit/tool_error.h>

namespace container_kit::kit::manifests {

struct Workload {
  std::string name;               // a DNS-1123 label
  std::string image;              // with a tag or digest
  std::string space;              // the namespace, or empty
  std::string host;               // of the Ingress; empty: none
  std::string health_path;        // for HTTP probes; empty: probes try the port
  std::string cpu = "100m";       // requested; the limit is five times that
  std::string memory = "128Mi";   // requested; the limit is twice that
  std::uint16_t port = 0;         // 0: it listens on nothing
  std::int64_t replicas = 2;      // at least
  std::int64_t max_replicas = 6;  // at most
  std::int64_t user = 10'001;
  std::vector<std::pair<std::string, std::string>> config;  // environment variables
  std::vector<std::string> writable;                        // folders beyond /tmp
};

struct Manifest {
  std::string file;  // "deployment.yaml"
  std::string text;
};

// What is wrong with a caller's values; `field` names the argument.
std::optional<ToolError> check(const Workload& workload);

// By file name, kustomization.yaml among them.
std::vector<Manifest> make_manifests(const Workload& workload);

}  // namespace container_kit::kit::manifests
