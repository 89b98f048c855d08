#include "dockerfile/dockerfile_source.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyze/open_beneath.h"
#include "analyze/path_guard.h"
#include "analyze/safe_text.h"
#include "tools/quoted.h"

namespace container_kit::kit::dockerfile {
namespace {

using analysis::GuardedDirectory;

ToolError wrong_path(std::string_view path, const std::string& what) {
  return {ToolErrorCode::kInvalidArgument, in_quotes(analysis::printable(path)) + " " + what, "path"};
}

// Nothing where there is no such file.
ToolResult<std::optional<std::string>> read_file(const GuardedDirectory& folder, std::string_view name) {
  const auto opened = analysis::open_beneath(folder.fd.get(), name, O_RDONLY | O_NONBLOCK | O_NOCTTY,
                                             analysis::Links::kFollow);
  if (opened.error == ENOENT || opened.error == ENOTDIR) return std::optional<std::string>();
  if (opened.error == EXDEV) {
    return ToolError{ToolErrorCode::kPathNotAllowed, "the file is a link that leads out of its folder",
                     "path"};
  }
  if (opened.error != 0) return wrong_path(name, "cannot be opened");
  struct stat status {};
  if (::fstat(opened.fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return wrong_path(name, "is no regular file; give a Dockerfile or a folder with one");
  }
  std::string text(kLargestDockerfile + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto read = ::read(opened.fd.get(), text.data() + size, text.size() - size);
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return wrong_path(name, "cannot be read");
    if (read == 0) break;
    size += static_cast<std::size_t>(read);
  }
  if (size > kLargestDockerfile) {
    return ToolError{ToolErrorCode::kTooLarge, "the file is larger than 1 MiB, which no Dockerfile is",
                     "path"};
  }
  text.resize(size);
  return std::optional(std::move(text));
}

ToolResult<DockerfileSource> read_in(const GuardedDirectory& folder, const std::string& name,
                                     std::string path) {
  auto text = read_file(folder, name);
  if (!text) return std::move(text).error();
  if (!*text) return ToolError{ToolErrorCode::kPathNotFound, "there is no such file", "path"};
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
  const auto slash = path.rfind('/');
  const auto above = slash == std::string_view::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const auto folder = guard->resolve(above);
  if (!folder) return folder.error();
  return read_in(*folder, std::string(path.substr(slash == std::string_view::npos ? 0 : slash + 1)),
                 std::string(path));
}

}  // namespace container_kit::kit::dockerfile
