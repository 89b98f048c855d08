#include "analyze/inspection_cache.h"

#include <algorithm>
#include <utility>

#include <sys/stat.h>

namespace container_kit::kit::analysis {

InspectionCache::InspectionCache() : InspectionCache(Limits{}) {}

ToolResult<InspectionCache::Answer> InspectionCache::inspect(const AnalyzeRequest& request,
                                                             StepObserver& observer) {
  auto directory = resolve(request, observer);
  if (!directory) return directory.error();
  struct stat status {};
  if (::fstat(directory->fd.get(), &status) != 0) {
    return ToolError{ToolErrorCode::kInternal, "path could not be looked at", "path"};
  }
  // The directory that an entry holds open keeps its number, so no other can have it.
  Key key{status.st_dev, status.st_ino, directory->path, request.limits};
  Outcome outcome = Outcome::kMiss;
  if (auto kept = find(key)) {
    if (!kept->watch->has_changed()) return Answer{std::move(kept), Outcome::kHit};
    forget(kept);
    outcome = Outcome::kStale;
  }
  auto looked =
      look_into(std::move(*directory), request, observer, std::make_unique<TreeWatch>(limits_.watches));
  if (!looked) return looked.error();
  Answer answer{std::make_shared<const Inspection>(std::move(*looked)), outcome};
  answer.blindness = answer.inspection->watch->blindness();
  if (!keep({std::move(key), answer.inspection})) answer.outcome = Outcome::kUnwatched;
  return answer;
}

std::shared_ptr<const Inspection> InspectionCache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return found->inspection;
}

// Closing many watches takes the kernel a while, so what goes is destroyed when the lock is free again.
void InspectionCache::forget(const std::shared_ptr<const Inspection>& stale) {
  const std::lock_guard lock(mutex_);
  entries_.remove_if([&](const Entry& entry) { return entry.inspection == stale; });
}

bool InspectionCache::keep(Entry entry) {
  if (entry.inspection->watch->has_changed() || entry.inspection->bytes() > limits_.bytes) return false;
  Entries gone;
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& other) { return other.key == entry.key; });
  if (known != entries_.end()) gone.splice(gone.end(), entries_, known);
  entries_.push_front(std::move(entry));
  for (auto size = size_under_lock(); size.repositories > limits_.repositories ||
                                      size.watches > limits_.watches || size.bytes > limits_.bytes;
       size = size_under_lock()) {
    gone.splice(gone.end(), entries_, std::prev(entries_.end()));
  }
  return true;
}

InspectionCache::Size InspectionCache::size() const {
  const std::lock_guard lock(mutex_);
  return size_under_lock();
}

// Counted anew: an inspection grows when a tool reads more of its files.
InspectionCache::Size InspectionCache::size_under_lock() const {
  Size size;
  size.repositories = entries_.size();
  for (const auto& entry : entries_) {
    size.watches += entry.inspection->watch->count();
    size.bytes += entry.inspection->bytes();
  }
  return size;
}

}  // namespace container_kit::kit::analysis
