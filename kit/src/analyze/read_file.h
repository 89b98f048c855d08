// Reads a file that a caller named, beneath a folder that the path guard has opened.
//
// Thread safety: may be called from many threads.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "analyze/path_guard.h"

namespace container_kit::kit::analysis {

// What the file is to whoever asked for it, for messages and their field.
struct WantedFile {
  std::string_view name;   // relative to the folder
  std::string_view field;  // the argument that named it
  std::string_view what;   // "a Dockerfile", "a pipeline"
  std::size_t most;        // bytes
};

// Nothing where there is no such file. Links are followed while they stay beneath the folder. Errors:
// kPathNotAllowed where one leads out, kInvalidArgument for what is no regular file or cannot be read,
// kTooLarge. A device or a FIFO is not waited for.
ToolResult<std::optional<std::string>> read_file(const GuardedDirectory& folder, const WantedFile& wanted);

struct FilePlace {
  GuardedDirectory folder;
  std::string name;  // without a slash
};

// The folder that a path to a file leads through, and the rest of the path. Errors: those of the path guard.
ToolResult<FilePlace> place_of_file(const PathGuard& guard, std::string_view path);

}  // namespace container_kit::kit::analysis
