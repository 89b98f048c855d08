// A folder that tools may look into, beside secrets that they may not, and a corpus of paths that try to get
// there.
//
//   WORLD/root/          the allowed root: sound projects, and links, FIFOs and devices that lead out
//   WORLD/outside/       a project whose every file holds the secret; so WORLD/root-sibling and WORLD/ROOT
//   WORLD/state/         sessions and the runs of pipelines
//
// Thread safety: none.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/folder.h"

namespace container_kit::kit {

// Stands in every file that must not be read.
inline constexpr const char* kSecret = "tlhIngan-4711-sekrit";

struct Escape {
  const char* name;
  // {world}, {root}, {out} are folders; {file} is the name of the file that a tool looks for, with a slash
  // before it, or nothing for a tool that takes a folder.
  std::string path;
  // The tool may answer: what the path names lies inside, and only what is in it leads out.
  bool may_succeed = false;

  // A command line cannot pass it.
  bool has_nul() const { return path.find('\0') != std::string::npos; }
};

const std::vector<Escape>& escapes();

class EscapeWorld {
 public:
  EscapeWorld();
  ~EscapeWorld();
  EscapeWorld(const EscapeWorld&) = delete;
  EscapeWorld& operator=(const EscapeWorld&) = delete;

  const Folder& folder() const { return folder_; }
  std::string root() const { return folder_ / "root"; }
  std::string outside() const { return folder_ / "outside"; }
  // Of the escape, for a tool that looks for `file`.
  std::string path_of(const Escape& escape, const std::string& file = {}) const;

  // Everything beneath WORLD but root and state: names, kinds, contents. It must stay as it is.
  std::map<std::string, std::string> what_is_outside() const;

 private:
  Folder folder_;
  int open_outside_;  // a descriptor of outside/, as a careless program has one
};

}  // namespace container_kit::kit
