// What deploy and verify_deployment have in common: kubectl, and which cluster it speaks to.
//
// Thread safety: find_cluster() reads PATH.
#pragma once

#include <string>
#include <vector>

#include <container_kit/kit/tool.h>

namespace container_kit::kit::containers {

InputField namespace_field();
InputField cluster_field();

struct Cluster {
  std::string kubectl;                 // its path
  std::vector<std::string> arguments;  // --context and --namespace, where they are said
};

// Errors: kProgramMissing; kInvalidArgument for names that Kubernetes would not take.
ToolResult<Cluster> find_cluster(const ToolArguments& arguments);

}  // namespace container_kit::kit::containers
