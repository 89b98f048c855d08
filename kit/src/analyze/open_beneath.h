// Opens a path below a directory so that nothing, neither `..`, nor a symbolic link, nor a rename at the
// wrong moment, can lead out of it.
//
// The kernel does it in one call where openat2(2) exists (Linux 5.6); elsewhere the path is walked component
// by component with O_NOFOLLOW, holding each directory open, to the same effect.
//
// Errors are the negated errno, so -EXDEV is "leads out". Thread safety: pure calls on the caller's
// descriptor.
#pragma once

#include <string_view>

#include "analyze/unique_fd.h"

namespace container_kit::kit::analysis {

enum class Links {
  kFollow,  // symbolic links are followed while they stay beneath; an absolute one counts as leading out
  kRefuse,  // any symbolic link on the way is -ELOOP
};

struct Opened {
  UniqueFd fd;
  int error = 0;  // 0, or an errno value
};

// `path` is relative; "" and "." are the directory itself. `flags` as for open(2); O_CLOEXEC is added.
Opened open_beneath(int directory, std::string_view path, int flags, Links links);

// The walk that stands in for openat2. Public so that it is tested where openat2 exists too.
Opened open_beneath_by_walking(int directory, std::string_view path, int flags, Links links);

}  // namespace container_kit::kit::analysis
