#include "containers/cluster.h"

#include <algorithm>

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

bool is_label_name(std::string_view text) noexcept {
  constexpr std::size_t kLongest = 63;
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= kLongest && is_word(text.front()) && is_word(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_word(c) || c == '-'; });
}

ToolResult<Cluster> find_cluster(const ToolArguments& arguments) {
  const std::string space = arguments.string("namespace");
  if (!space.empty() && !is_label_name(space)) {
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
