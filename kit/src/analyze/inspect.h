// An analysis together with the files it was made from, for tools that have to read more of them.
//
// Thread safety: const calls may run in parallel. Ownership: holds the repository's directory open.
#pragma once

#include <memory>

#include <container_kit/kit/analyze.h>

#include "analyze/path_guard.h"
#include "analyze/project.h"

namespace container_kit::kit::analysis {

struct Inspection {
  Analysis analysis;
  std::unique_ptr<TreeWatch> watch;  // null: nobody wants to know of changes
  std::unique_ptr<FileTree> tree;
  std::unique_ptr<Manifests> manifests;  // refers to the tree

  Project root() const { return Project(*manifests, ""); }
  // What it takes in memory, about.
  std::size_t bytes() const { return tree->bytes() + manifests->bytes(); }
};

// As analyze(), whose errors these are.
ToolResult<Inspection> inspect(const AnalyzeRequest& request, StepObserver& observer);

// Its two halves: finds the directory, and looks into it, with an eye on changes where there is a watch.
ToolResult<GuardedDirectory> resolve(const AnalyzeRequest& request, StepObserver& observer);
ToolResult<Inspection> look_into(GuardedDirectory directory, const AnalyzeRequest& request,
                                 StepObserver& observer, std::unique_ptr<TreeWatch> watch);

}  // namespace container_kit::kit::analysis
