// What tells one version of a file from the next, so that a file is read anew only when it has changed.
//
// Thread safety and ownership: a plain value.
#pragma once

#include <cstdint>

#include <sys/stat.h>

namespace container_kit::kit::http {

struct FileStamp {
  std::int64_t inode = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  std::int64_t size = 0;
  bool operator==(const FileStamp&) const = default;
};

inline FileStamp stamp_of(const struct stat& status) {
  return {static_cast<std::int64_t>(status.st_ino), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
          status.st_size};
}

}  // namespace container_kit::kit::http
