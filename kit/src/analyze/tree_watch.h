// Whether a repository has changed since it was looked at, learnt from inotify(7).
//
// Every folder is given to add() before it is read, so that a change between the reading and the next
// question is never missed: the kernel queues its event before the call that made the change returns. A watch
// fires once (IN_ONESHOT), and the whole answer is stale then, so what waits in the kernel is bounded by the
// watches.
//
// A watch is blind, and nothing may be kept, where the kernel would not tell of every change: on file systems
// that others can write to (network, FUSE), where the limits of inotify are reached, and beyond `most`
// folders. Changes through a mapping of a file that was made before the look and stays open are not told of
// by Linux.
//
// Thread safety: add() and has_changed() may be called from any thread; the others when no add() runs.
#pragma once

#include <atomic>
#include <cstddef>
#include <string_view>

#include "analyze/unique_fd.h"

namespace container_kit::kit::analysis {

class TreeWatch {
 public:
  enum class Blindness {
    kNone,
    kInstanceLimit,  // fs.inotify.max_user_instances, or no file descriptor is free
    kWatchLimit,     // fs.inotify.max_user_watches
    kFileSystem,     // one that changes without the kernel's knowing
    kTooManyFolders,
    kUnavailable,  // no inotify, or no /proc
  };

  explicit TreeWatch(std::size_t most);

  // Watches an open folder or file from now on.
  void add(int fd);

  Blindness blindness() const { return blindness_; }
  std::size_t count() const { return count_; }
  // Also where it is blind.
  bool has_changed() const;

 private:
  void be_blind(Blindness why);

  const std::size_t most_;
  UniqueFd inotify_;
  UniqueFd mounts_;  // what is mounted into the tree is no event in it
  std::atomic<std::size_t> count_{0};
  std::atomic<Blindness> blindness_{Blindness::kNone};
};

// "watch_limit", for error.type.
std::string_view name_of(TreeWatch::Blindness blindness);

// Whether the kernel sees every change of a file system of this type (statfs(2)).
bool sees_every_change(unsigned long file_system_type);

}  // namespace container_kit::kit::analysis
