// The workspace folders: one a session, named by its id, for its user alone.
//
// Names are ids that we made, never a client's words. Symbolic links in a workspace are neither followed nor
// counted for what they point to.
//
// Thread safety: every member; a workspace that is removed while somebody writes into it may be left in part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::sessions {

class Workspaces {
 public:
  explicit Workspaces(std::string folder) : folder_(std::move(folder)) {}

  std::string path_of(std::string_view id) const { return folder_ + '/' + std::string(id); }

  // 0, or errno. One that is there is fine.
  int make(std::string_view id) const;
  // False where something of it is left.
  bool remove(std::string_view id) const;
  // What files take on the disk, or say that they hold, whichever is more.
  std::uint64_t bytes_of(std::string_view id) const;
  // The ids that have a folder, sorted.
  std::vector<std::string> all() const;

 private:
  std::string folder_;
};

// Whether this can be the id of a session: 32 lower-case hexadecimal digits.
bool is_id(std::string_view text) noexcept;

// Throws std::system_error where the system has no randomness.
std::string random_id();

// The folder and those above it; itself for this user alone. 0, or errno; EPERM where it is another user's.
int make_private_folder(const std::string& path);

}  // namespace container_kit::kit::sessions
