// A folder of files for one test, which can be opened.
#pragma once

#include <fcntl.h>

#include "analyze/unique_fd.h"
#include "support/folder.h"

namespace container_kit::kit::analysis {

class ScratchRepository : public kit::Folder {
 public:
  UniqueFd open() const { return UniqueFd{::open(path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)}; }
};

}  // namespace container_kit::kit::analysis
