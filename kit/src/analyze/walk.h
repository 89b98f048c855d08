// The first step: finds the files of a repository.
//
// Leaves out what git ignores, version control's own folders, symbolic links, and folders of installed
// packages (node_modules, virtual environments, vendored modules), which are no part of the repository's own
// source. Stops at the limits, with a note; a folder that cannot be read is a note as well.
//
// With a watch, every folder is watched from before it is read. When asked to stop it stops, with what it
// has.
//
// Thread safety: pure but for the file system.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include <container_kit/kit/analyze.h>

#include "analyze/file_tree.h"

namespace container_kit::kit::analysis {

struct WalkResult {
  FileTree tree;
  std::size_t ignored = 0;  // files and folders left out by ignore rules
  std::size_t links = 0;    // symbolic links left out
  std::vector<Note> notes;
};

WalkResult walk(UniqueFd root, const AnalyzeLimits& limits, const std::stop_token& stop = {},
                TreeWatch* watch = nullptr);

}  // namespace container_kit::kit::analysis
