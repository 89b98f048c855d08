#include "process/programs.h"

#include <cstdlib>

#include <sys/stat.h>
#include <unistd.h>

namespace container_kit::kit::process {
namespace {

bool is_executable(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

// Relative entries of PATH are passed over: they would mean something else in another folder.
std::string path_of(std::string_view name) {
  const char* const variable = std::getenv("PATH");
  std::string_view folders = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folders.size(), folder.size() + 1));
    if (folder.empty() || folder.front() != '/') continue;
    std::string path = std::string(folder) + '/' + std::string(name);
    if (is_executable(path)) return path;
  }
  return {};
}

}  // namespace

ToolResult<Program> find_program(const std::vector<std::string_view>& names, std::string_view wanted,
                                 std::string_view advice) {
  std::string tried;
  for (const std::string_view name : names) {
    if (!wanted.empty() && name != wanted) continue;
    std::string path = path_of(name);
    if (!path.empty()) return Program{std::string(name), std::move(path)};
    tried += (tried.empty() ? "" : ", ") + std::string(name);
  }
  return ToolError{ToolErrorCode::kProgramMissing, "not found in PATH: " + tried + "; " + std::string(advice),
                   ""};
}

}  // namespace container_kit::kit::process
