// Writes the files that a tool made into a folder that is open already.
//
// Thread safety: may be called from many threads. A reader sees either none of a file or all of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_error.h>

namespace container_kit::kit {

struct NewFile {
  std::string name;  // without a slash
  std::string text;
};

// 0, or an errno value.
int write_all(int fd, std::string_view text);

enum class Existing { kRefuse, kReplace };

// With kRefuse nothing is written where one of them exists: kConflict names it. A symbolic link is never
// followed; it counts as existing, and is replaced itself. Errors of the system are kInternal.
std::optional<ToolError> write_new_files(int folder, const std::vector<NewFile>& files, Existing existing);

}  // namespace container_kit::kit
