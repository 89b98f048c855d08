#include "containers/scratch_folder.h"

#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

#include "tools/new_files.h"

namespace container_kit::kit::containers {

ScratchFolder::ScratchFolder() {
  std::error_code error;
  std::string name = std::filesystem::temp_directory_path(error) / "container-kit-XXXXXX";
  if (error || ::mkdtemp(name.data()) == nullptr) return;
  path_ = name;
  fd_ = analysis::UniqueFd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

ToolResult<void> ScratchFolder::check() const {
  if (fd_) return {};
  return ToolError{ToolErrorCode::kInternal, "no temporary folder can be made; set TMPDIR", ""};
}

ToolResult<void> ScratchFolder::write(const std::string& name, std::string_view text) const {
  constexpr mode_t kMode = 0600;
  const analysis::UniqueFd file(
      ::openat(fd_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode));
  if (file && write_all(file.get(), text) == 0) return {};
  return ToolError{ToolErrorCode::kInternal, "the temporary folder cannot be written to; set TMPDIR", ""};
}

}  // namespace container_kit::kit::containers
