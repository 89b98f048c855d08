// What git says, to hold ourselves against.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace container_kit::kit::analysis {

// The names, each ended by a NUL, that `git COMMAND` prints in the folder, which is made a repository, with
// no settings but its own. Nothing where git is not installed.
inline std::unique_ptr<std::set<std::string>> names_from_git(const std::filesystem::path& folder,
                                                             const std::string& command) {
  const std::string git =
      "git -c core.excludesFile=/dev/null -c core.ignoreCase=false -C '" + folder.string() + "' ";
  if (std::system((git + "init -q 2>/dev/null").c_str()) != 0) return nullptr;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen((git + command).c_str(), "r"), &::pclose};
  auto names = std::make_unique<std::set<std::string>>();
  std::string name;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    if (c != 0) {
      name += static_cast<char>(c);
    } else {
      names->insert(std::exchange(name, {}));
    }
  }
  return names;
}

}  // namespace container_kit::kit::analysis
