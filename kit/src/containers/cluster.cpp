#include "containers/cluster.h"

#include "generate/safe_words.h"
#include "process/programs.h"
#include "tools/quoted.h"

namespace container_kit::kit::containers {

InputField namespace_field() {
  return {.name = "namespace", .description = "The namespace; kubectl's own if left out", .max_length = 63};
}

InputField cluster_field() {
  return {.name = "context",
          .description = "A context of kubectl's configuration; its current one if left out"};
}

ToolResult<Cluster> find_cluster(const ToolArguments& arguments) {
  const std::string space = arguments.string("namespace");
  if (!space.empty() && !generate::is_label(space)) {
    return ToolError{
        ToolErrorCode::kInvalidArgument,
        in_quotes(space) + " is not the name of a namespace: lower-case letters, digits and dashes",
        "namespace"};
  }
  const std::string context = arguments.string("context");
  if (context.substr(0, 1) == "-") {
    return ToolError{ToolErrorCode::kInvalidArgument, "'context' must not begin with a dash", "context"};
  }
  auto kubectl = process::find_program({"kubectl"}, {}, "install kubectl, and point it at a cluster");
  if (!kubectl) return kubectl.error();
  Cluster cluster{std::move(kubectl->path), {}};
  if (!context.empty()) cluster.arguments.push_back("--context=" + context);
  if (!space.empty()) cluster.arguments.push_back("--namespace=" + space);
  return cluster;
}

}  // namespace container_kit::kit::containers
