// Decides which directories a caller may name, and opens them so that the decision holds.
//
// A guard is made of the allowed roots. resolve() takes what a client sent and gives an open directory
// beneath one of them, or the error to answer. What lies outside is always kPathNotAllowed, existing or not,
// so that a client learns nothing about the rest of the file system.
//
// Thread safety: resolve() may be called from many threads. Ownership: holds the roots open while it lives.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_error.h>

#include "analyze/unique_fd.h"

namespace container_kit::kit::analysis {

struct GuardedDirectory {
  UniqueFd fd;       // open for reading
  std::string path;  // canonical, for showing
};

class PathGuard {
 public:
  // Each root must be an existing directory, else kInternal: the roots are the operator's, not the client's.
  static ToolResult<PathGuard> open(const std::vector<std::string>& allowed_roots);

  // A relative path starts from the first root.
  ToolResult<GuardedDirectory> resolve(std::string_view path) const;

 private:
  struct Root {
    UniqueFd fd;
    std::string given;      // absolute, as the operator wrote it
    std::string canonical;  // without symbolic links
  };
  struct Place {
    const Root* root = nullptr;
    std::string_view below;  // relative to the root
  };

  PathGuard() = default;
  Place place_of(std::string_view absolute) const;

  std::vector<Root> roots_;
};

}  // namespace container_kit::kit::analysis
