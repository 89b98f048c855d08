// Which process of those that share a folder is its keeper: the one that holds a lock on a file in it. The
// kernel takes it back from a process that ends, however it ends.
//
// Thread safety: none.
#pragma once

#include <string>

#include "analyze/unique_fd.h"

namespace container_kit::kit::sessions {

class KeeperLock {
 public:
  explicit KeeperLock(std::string file) : file_(std::move(file)) {}

  bool is_held() const noexcept { return is_held_; }
  // Does not wait. Whether it is held now.
  bool try_take();

 private:
  std::string file_;
  analysis::UniqueFd fd_;
  bool is_held_ = false;
};

}  // namespace container_kit::kit::sessions
