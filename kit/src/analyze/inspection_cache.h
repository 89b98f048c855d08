// Keeps inspections of repositories for as long as nothing in them changes, so that asking again costs no
// walk.
//
// An answer is as fresh as a new inspection: the path is resolved anew each time, what is kept is known by
// the directory that it leads to, and it is used only when its TreeWatch, asked then, has seen no change.
// What cannot be watched is inspected each time.
//
// Thread safety: every member, from any thread. Two threads that miss at once both look.
// Ownership: answers are shared, and may outlive the cache.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include <sys/types.h>

#include "analyze/inspect.h"

namespace container_kit::kit::analysis {

class InspectionCache {
 public:
  // Of all that is kept; what was used longest ago goes first.
  struct Limits {
    std::size_t repositories = 16;  // each holds three file descriptors and one inotify instance
    std::size_t watches = 8'192;    // about one a folder
    std::size_t bytes = std::size_t{16} << 20U;
  };

  enum class Outcome {
    kHit,
    kMiss,       // not seen before, or no more
    kStale,      // it has changed since
    kUnwatched,  // inspected, and not kept: `blindness` says why, or it changed meanwhile, or it is too large
  };

  struct Answer {
    std::shared_ptr<const Inspection> inspection;
    Outcome outcome = Outcome::kMiss;
    TreeWatch::Blindness blindness = TreeWatch::Blindness::kNone;
  };

  struct Size {
    std::size_t repositories = 0;
    std::size_t watches = 0;
    std::size_t bytes = 0;
  };

  InspectionCache();
  explicit InspectionCache(const Limits& limits) : limits_(limits) {}

  // As analysis::inspect(), whose errors these are; errors are not kept.
  ToolResult<Answer> inspect(const AnalyzeRequest& request, StepObserver& observer);

  Size size() const;

 private:
  struct Key {
    dev_t device = 0;
    ino_t inode = 0;
    std::string path;  // which the analysis tells, too
    AnalyzeLimits limits;
    bool operator==(const Key&) const = default;
  };
  struct Entry {
    Key key;
    std::shared_ptr<const Inspection> inspection;
  };
  using Entries = std::list<Entry>;

  std::shared_ptr<const Inspection> find(const Key& key);
  void forget(const std::shared_ptr<const Inspection>& stale);
  bool keep(Entry entry);
  Size size_under_lock() const;

  const Limits limits_;
  mutable std::mutex mutex_;
  Entries entries_;  // the last used first
};

}  // namespace container_kit::kit::analysis
