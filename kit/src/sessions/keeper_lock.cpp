#include "sessions/keeper_lock.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace container_kit::kit::sessions {

// A lock of the open file: another Sessions of this process does not share it, as it would a lock of the
// process. A forked child has it until it runs its program.
bool KeeperLock::try_take() {
  if (is_held_) return true;
  if (!fd_) fd_ = analysis::UniqueFd(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  is_held_ = fd_ && ::fcntl(fd_.get(), F_OFD_SETLK, &whole) == 0;
  return is_held_;
}

}  // namespace container_kit::kit::sessions
