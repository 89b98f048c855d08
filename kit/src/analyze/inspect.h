// An analysis together with the files it was made from, for tools that have to read more of them.
//
// Thread safety: none; one call owns its Inspection. Ownership: holds the repository's directory open.
#pragma once

#include <memory>

#include <container_kit/kit/analyze.h>

#include "analyze/project.h"

namespace container_kit::kit::analysis {

struct Inspection {
  Analysis analysis;
  std::unique_ptr<FileTree> tree;
  std::unique_ptr<Manifests> manifests;  // refers to the tree

  Project root() const { return Project(*manifests, ""); }
};

// As analyze(), whose errors these are.
ToolResult<Inspection> inspect(const AnalyzeRequest& request, StepObserver& observer);

}  // namespace container_kit::kit::analysis
