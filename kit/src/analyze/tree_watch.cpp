#include "analyze/tree_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/vfs.h>

namespace container_kit::kit::analysis {
namespace {

// What is not in linux/magic.h.
constexpr unsigned long kZfs = 0x2FC12FC1;
constexpr unsigned long kBcachefs = 0xCA451A4E;
constexpr unsigned long kJfs = 0x3153464A;

// Those that only this kernel writes to. All others may change behind its back: NFS, SMB, 9p, Ceph, FUSE.
constexpr std::array<unsigned long, 13> kLocal{
    EXT4_SUPER_MAGIC,
    XFS_SUPER_MAGIC,
    BTRFS_SUPER_MAGIC,
    TMPFS_MAGIC,
    OVERLAYFS_SUPER_MAGIC,
    F2FS_SUPER_MAGIC,
    SQUASHFS_MAGIC,
    MSDOS_SUPER_MAGIC,
    RAMFS_MAGIC,
    ISOFS_SUPER_MAGIC,
    kZfs,
    kBcachefs,
    kJfs,
};

constexpr std::uint32_t kChanges = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVE |
                                   IN_DELETE_SELF | IN_MOVE_SELF | IN_ONESHOT;

}  // namespace

bool sees_every_change(unsigned long file_system_type) {
  return std::find(kLocal.begin(), kLocal.end(), file_system_type) != kLocal.end();
}

std::string_view name_of(TreeWatch::Blindness blindness) {
  constexpr std::array<std::string_view, 6> kNames{"none",        "instance_limit",   "watch_limit",
                                                   "file_system", "too_many_folders", "unavailable"};
  return kNames[static_cast<std::size_t>(blindness)];
}

TreeWatch::TreeWatch(std::size_t most)
    : most_(most),
      inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      mounts_(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)) {
  if (!inotify_) {
    be_blind(errno == ENOSYS ? Blindness::kUnavailable : Blindness::kInstanceLimit);
  } else if (!mounts_) {
    be_blind(Blindness::kUnavailable);
  }
}

void TreeWatch::be_blind(Blindness why) {
  blindness_ = why;
}

void TreeWatch::add(int fd) {
  if (blindness_ != Blindness::kNone) return;
  struct statfs status {};
  if (::fstatfs(fd, &status) != 0) return be_blind(Blindness::kUnavailable);
  if (!sees_every_change(static_cast<unsigned long>(status.f_type))) return be_blind(Blindness::kFileSystem);
  if (++count_ > most_) return be_blind(Blindness::kTooManyFolders);
  // By the descriptor, since the path may lead elsewhere by now.
  const std::string self = "/proc/self/fd/" + std::to_string(fd);
  if (::inotify_add_watch(inotify_.get(), self.c_str(), kChanges) >= 0) return;
  be_blind(errno == ENOSPC ? Blindness::kWatchLimit : Blindness::kUnavailable);
}

bool TreeWatch::has_changed() const {
  if (blindness_ != Blindness::kNone) return true;
  std::array<pollfd, 2> watched{{{inotify_.get(), POLLIN, 0}, {mounts_.get(), POLLPRI, 0}}};
  return ::poll(watched.data(), watched.size(), 0) != 0;
}

}  // namespace container_kit::kit::analysis
