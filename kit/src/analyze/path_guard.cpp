#include "analyze/path_guard.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include "analyze/open_beneath.h"

namespace container_kit::kit::analysis {
namespace {

std::optional<std::string> canonical_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved{::realpath(path.c_str(), nullptr), &std::free};
  if (!resolved) return std::nullopt;
  return std::string(resolved.get());
}

// The part of `path` below `root`, when every component of `root` leads it. Nothing is resolved here.
std::optional<std::string_view> below(std::string_view path, std::string_view root) {
  while (root.size() > 1 && root.ends_with('/')) root.remove_suffix(1);
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  if (!path.empty() && path.front() != '/' && root != "/") return std::nullopt;
  while (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

ToolError bad_path(std::string message) {
  return {ToolErrorCode::kInvalidArgument, std::move(message), "path"};
}

ToolError not_allowed() {
  return {
      ToolErrorCode::kPathNotAllowed,
      "path lies outside the folders this server may read; ask its operator to allow it with --allow-root",
      "path"};
}

ToolError error_for(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {ToolErrorCode::kPathNotFound, "path does not exist; check its spelling", "path"};
    case ELOOP:
      return {ToolErrorCode::kPathNotFound,
              "path leads through too many symbolic links; name what they lead to", "path"};
    case ENAMETOOLONG:
      return bad_path("path has a name longer than the file system allows; check its spelling");
    case EACCES:
      return {ToolErrorCode::kPathNotAllowed, "path may not be read by the user this server runs as", "path"};
    default:
      return {
          ToolErrorCode::kInternal,
          "path could not be opened: " + std::generic_category().message(error) + "; look at its file system",
          "path"};
  }
}

// First without opening the target, so that a device or FIFO of that name is never touched.
ToolResult<UniqueFd> open_directory(int root, std::string_view below) {
  auto named = open_beneath(root, below, O_PATH, Links::kFollow);
  if (named.error != 0) return error_for(named.error);
  struct stat status {};
  if (::fstat(named.fd.get(), &status) != 0) return error_for(errno);
  if (!S_ISDIR(status.st_mode)) return bad_path("path is not a directory; give the folder of a repository");
  UniqueFd fd{::openat(named.fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!fd) return error_for(errno);
  return fd;
}

bool leads_out(int root, std::string_view below) {
  return open_beneath(root, below, O_PATH, Links::kFollow).error == EXDEV;
}

// Only for showing: the descriptor is what is used.
std::string shown_path(int fd, const std::string& otherwise) {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), error);
  return error ? otherwise : path.string();
}

}  // namespace

ToolResult<PathGuard> PathGuard::open(const std::vector<std::string>& allowed_roots) {
  PathGuard guard;
  for (const auto& root : allowed_roots) {
    std::error_code error;
    const auto given = std::filesystem::absolute(root, error).lexically_normal().string();
    const auto canonical = canonical_path(root);
    UniqueFd fd{canonical ? ::open(canonical->c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC) : -1};
    if (!fd) {
      return ToolError{ToolErrorCode::kInternal,
                       "the allowed root " + root + " is not a folder that can be opened", ""};
    }
    guard.roots_.push_back({std::move(fd), given, *canonical});
  }
  if (guard.roots_.empty()) return ToolError{ToolErrorCode::kInternal, "no folder is allowed to be read", ""};
  return guard;
}

PathGuard::Place PathGuard::place_of(std::string_view absolute) const {
  for (const auto& root : roots_) {
    for (const auto& prefix : {std::string_view(root.canonical), std::string_view(root.given)}) {
      if (const auto rest = below(absolute, prefix)) return {&root, *rest};
    }
  }
  return {};
}

// What openat2 calls leading out may still end inside (an absolute link, `..` to a sibling root): then the
// canonical path decides, and is opened beneath its root in turn, so a race cannot make use of the second
// look.
ToolResult<GuardedDirectory> PathGuard::resolve(std::string_view path) const {
  if (path.empty()) return bad_path("path is empty; give the folder of a repository");
  if (path.find('\0') != std::string_view::npos) return bad_path("path contains a NUL byte; leave it out");
  std::string absolute(path);
  if (path.front() != '/') absolute = roots_.front().canonical + "/" + absolute;
  if (absolute.size() >= PATH_MAX)
    return bad_path("path is longer than the system allows; allow a folder nearer to it with --allow-root");

  Place place = place_of(absolute);
  std::optional<std::string> canonical;
  if (place.root == nullptr || leads_out(place.root->fd.get(), place.below)) {
    canonical = canonical_path(absolute);
    if (!canonical) return not_allowed();
    place = place_of(*canonical);
    if (place.root == nullptr || leads_out(place.root->fd.get(), place.below)) return not_allowed();
  }
  auto fd = open_directory(place.root->fd.get(), place.below);
  if (!fd) return std::move(fd).error();
  std::string shown = shown_path(fd->get(), absolute);
  return GuardedDirectory{std::move(*fd), std::move(shown)};
}

}  // namespace container_kit::kit::analysis
