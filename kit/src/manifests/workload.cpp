// check(): what a caller may ask for.
#include <algorithm>

#include "analyze/safe_text.h"
#include "analyze/text.h"
#include "generate/safe_words.h"
#include "manifests/manifests.h"
#include "manifests/quantity.h"
#include "tools/quoted.h"

namespace container_kit::kit::manifests {
namespace {

ToolError wrong(std::string_view field, std::string_view value, const std::string& what) {
  return {ToolErrorCode::kInvalidArgument, in_quotes(analysis::printable(value)) + " " + what,
          std::string(field)};
}

using generate::is_label;

bool is_host(std::string_view host) {
  constexpr std::size_t kLongest = 253;
  const auto labels = analysis::split(host, '.');
  const auto dots = std::count(host.begin(), host.end(), '.');
  return host.size() <= kLongest && static_cast<std::size_t>(dots) + 1 == labels.size() &&
         std::all_of(labels.begin(), labels.end(), is_label);
}

bool is_pinned(std::string_view image) {
  const auto slash = image.rfind('/');
  const auto name = image.substr(slash == std::string_view::npos ? 0 : slash + 1);
  return name.find_first_of(":@") != std::string_view::npos && !image.ends_with(":latest");
}

// URL path without anything that needs escaping.
bool is_url_path(std::string_view path) {
  return path.empty() ||
         (path.front() == '/' && (path.size() == 1 || generate::is_safe_path(path.substr(1))));
}

bool is_variable(std::string_view name) {
  const auto is_start = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_start(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_start(c) || (c >= '0' && c <= '9'); });
}

std::optional<ToolError> check_names(const Workload& workload) {
  if (!is_label(workload.name)) {
    return wrong("name", workload.name,
                 "is no name in Kubernetes: lower-case letters, digits and '-', at most 63");
  }
  if (!generate::is_safe_image(workload.image)) return wrong("image", workload.image, "is no image's name");
  if (!is_pinned(workload.image)) {
    return wrong("image", workload.image, "has no fixed tag; name a version, as in shop:1.2.0");
  }
  if (!workload.space.empty() && !is_label(workload.space)) {
    return wrong("namespace", workload.space,
                 "is no namespace: lower-case letters, digits and '-', at most 63");
  }
  if (!workload.host.empty() && !is_host(workload.host))
    return wrong("host", workload.host, "is no host name");
  if (!workload.host.empty() && workload.port == 0) {
    return wrong("host", workload.host, "cannot be served, as no port is known; give port");
  }
  return std::nullopt;
}

}  // namespace

std::optional<ToolError> check(const Workload& workload) {
  if (auto error = check_names(workload)) return error;
  if (!is_url_path(workload.health_path)) {
    return wrong("health_path", workload.health_path, "is no path of a URL; give one as in /health");
  }
  if (!cpu_of(workload.cpu))
    return wrong("cpu", workload.cpu, "is no amount of CPU; give one as in 100m or 1");
  if (!memory_of(workload.memory)) {
    return wrong("memory", workload.memory, "is no amount of memory; give one as in 128Mi or 1Gi");
  }
  if (workload.max_replicas < workload.replicas) {
    return wrong("max_replicas", std::to_string(workload.max_replicas), "is below replicas");
  }
  for (const auto& [name, value] : workload.config) {
    if (!is_variable(name)) return wrong("env", name, "is no variable's name; give NAME=value");
  }
  return std::nullopt;
}

}  // namespace container_kit::kit::manifests
