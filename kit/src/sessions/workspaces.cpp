#include "sessions/workspaces.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace container_kit::kit::sessions {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kIdDigits = 32;

std::uint64_t bytes_of_entry(const fs::path& path) {
  constexpr std::uint64_t kBlock = 512;  // of st_blocks, whatever the file system's are
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return 0;
  const auto taken = static_cast<std::uint64_t>(status.st_blocks) * kBlock;
  return S_ISREG(status.st_mode) ? std::max(taken, static_cast<std::uint64_t>(status.st_size)) : taken;
}

// Package managers write-protect their folders, which keeps what is in them from being removed.
void unprotect(const fs::path& folder) {
  std::error_code problem;
  fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, problem);
  for (fs::recursive_directory_iterator entry(folder, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    std::error_code ignored;
    const bool is_folder = entry->is_directory(ignored) && !entry->is_symlink(ignored);
    if (is_folder) fs::permissions(entry->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
  }
}

}  // namespace

int Workspaces::make(std::string_view id) const {
  return ::mkdir(path_of(id).c_str(), S_IRWXU) == 0 || errno == EEXIST ? 0 : errno;
}

bool Workspaces::remove(std::string_view id) const {
  const fs::path path(path_of(id));
  std::error_code problem;
  fs::remove_all(path, problem);
  if (!problem) return true;
  unprotect(path);
  fs::remove_all(path, problem);
  return !problem;
}

std::uint64_t Workspaces::bytes_of(std::string_view id) const {
  std::uint64_t bytes = 0;
  std::error_code problem;
  for (fs::recursive_directory_iterator
           entry(path_of(id), fs::directory_options::skip_permission_denied, problem),
       end;
       !problem && entry != end; entry.increment(problem)) {
    bytes += bytes_of_entry(entry->path());
  }
  return bytes;
}

std::vector<std::string> Workspaces::all() const {
  std::vector<std::string> ids;
  std::error_code problem;
  for (fs::directory_iterator entry(folder_, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    auto name = entry->path().filename().string();
    if (is_id(name)) ids.push_back(std::move(name));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool is_id(std::string_view text) noexcept {
  return text.size() == kIdDigits && text.find_first_not_of(kDigits) == std::string_view::npos;
}

std::string random_id() {
  std::array<unsigned char, kIdDigits / 2> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  std::string id;
  for (const unsigned byte : bytes) {
    id.push_back(kDigits[byte >> 4U]);
    id.push_back(kDigits[byte & 15U]);
  }
  return id;
}

int make_private_folder(const std::string& path) {
  std::error_code problem;
  fs::create_directories(fs::path(path).parent_path(), problem);
  if (::mkdir(path.c_str(), S_IRWXU) == 0) return 0;
  if (errno != EEXIST) return problem ? problem.value() : errno;
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return errno;
  if (!S_ISDIR(status.st_mode)) return ENOTDIR;
  if (status.st_uid != ::geteuid()) return EPERM;
  return ::chmod(path.c_str(), S_IRWXU) == 0 ? 0 : errno;
}

}  // namespace container_kit::kit::sessions
