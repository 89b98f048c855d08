#include "dockerfile/dockerfile_source.h"

#include "analyze/path_guard.h"
#include "analyze/read_file.h"

namespace container_kit::kit::dockerfile {
namespace {

using analysis::GuardedDirectory;

// Nothing where there is no such file.
ToolResult<std::optional<std::string>> read_file(const GuardedDirectory& folder, std::string_view name) {
  return analysis::read_file(folder, {name, "path", "a Dockerfile or a folder with one", kLargestDockerfile});
}

ToolResult<DockerfileSource> read_in(const GuardedDirectory& folder, const std::string& name,
                                     std::string path) {
  auto text = read_file(folder, name);
  if (!text) return std::move(text).error();
  if (!*text)
    return ToolError{ToolErrorCode::kPathNotFound, "there is no such file; check its spelling", "path"};
  DockerfileSource source{std::move(path), std::move(**text), std::nullopt};
  for (const auto& ignore : {name + ".dockerignore", std::string(".dockerignore")}) {
    auto found = read_file(folder, ignore);
    if (!found || !*found) continue;
    source.dockerignore = std::move(**found);
    break;
  }
  return source;
}

ToolResult<DockerfileSource> read_in_folder(const GuardedDirectory& folder, std::string_view path) {
  for (const auto* name : {"Dockerfile", "Containerfile"}) {
    auto source = read_in(folder, name, std::string(path) + (path.ends_with('/') ? "" : "/") + name);
    if (source || source.error().code != ToolErrorCode::kPathNotFound) return source;
  }
  return ToolError{ToolErrorCode::kPathNotFound,
                   "the folder has no Dockerfile and no Containerfile; name the file itself", "path"};
}

}  // namespace

ToolResult<DockerfileSource> read_dockerfile(const std::vector<std::string>& allowed_roots,
                                             std::string_view path) {
  const auto guard = analysis::PathGuard::open(allowed_roots);
  if (!guard) return guard.error();
  const auto named = guard->resolve(path);
  if (named) return read_in_folder(*named, path);
  const bool may_be_file = named.error().code == ToolErrorCode::kInvalidArgument;
  if (!may_be_file || path.empty() || path.ends_with('/')) return named.error();
  const auto place = analysis::place_of_file(*guard, path);
  if (!place) return place.error();
  return read_in(place->folder, place->name, std::string(path));
}

}  // namespace container_kit::kit::dockerfile
