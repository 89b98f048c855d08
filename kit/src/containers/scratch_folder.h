// A folder of our own for what goes to an engine or a cluster, or comes from it; gone with this object.
//
// Thread safety: none; for one call. Ownership: owns the folder.
#pragma once

#include <string>
#include <string_view>

#include <container_kit/kit/tool_error.h>

#include "analyze/unique_fd.h"

namespace container_kit::kit::containers {

class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  // kInternal where it could not be made.
  ToolResult<void> check() const;
  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }

  // `name` without a slash.
  ToolResult<void> write(const std::string& name, std::string_view text) const;

 private:
  std::string path_;
  analysis::UniqueFd fd_;
};

}  // namespace container_kit::kit::containers
