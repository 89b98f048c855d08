#include "delivery/spool_folder.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace container_kit::telemetry::delivery {
namespace {

namespace fs = std::filesystem;

constexpr int kMostFolders = 256;  // processes of one service on one machine that spool at once
constexpr std::string_view kExtension = ".spool";
constexpr std::size_t kDigits = 16;

Error cannot(const std::string& what, const std::string& path, int error) {
  return {ErrorCode::kSystem,
          "cannot " + what + " the spool folder " + path + ": " + std::generic_category().message(error)};
}

// Like mkdir -p; what is made is for this user alone.
Expected<void> make_folders(const std::string& path) {
  std::error_code error;
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      const int why = errno;
      if (!fs::is_directory(part, error)) return cannot("make", part, why);
    }
    if (slash == std::string::npos) break;
  }
  if (!fs::is_directory(path, error)) return cannot("use", path, ENOTDIR);
  return {};
}

// The descriptor of a lock that is now ours, or -1.
int take_lock(const std::string& folder, bool make) {
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0);
  const int lock = ::open((folder + "/lock").c_str(), flags, 0600);
  if (lock < 0) return -1;
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  const int error = errno;
  ::close(lock);
  errno = error;
  return -1;
}

// Moves the segments of a folder whose owner is gone behind ours.
void adopt(const std::string& from, const std::string& to) {
  const int lock = take_lock(from, false);
  if (lock < 0) return;
  const std::vector<std::uint64_t> ours = spool_segments(to);
  std::uint64_t next = ours.empty() ? 1 : ours.back() + 1;
  for (const std::uint64_t number : spool_segments(from)) {
    const std::string name = from + "/" + spool_segment_name(number);
    if (::rename(name.c_str(), (to + "/" + spool_segment_name(next)).c_str()) == 0) ++next;
  }
  std::error_code ignored;
  fs::remove_all(from, ignored);
  ::close(lock);
}

}  // namespace

std::string spool_segment_name(std::uint64_t number) {
  char digits[kDigits + 1];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return std::string(digits).append(kExtension);
}

std::vector<std::uint64_t> spool_segments(const std::string& folder) {
  std::vector<std::uint64_t> numbers;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.size() != kDigits + kExtension.size() || !name.ends_with(kExtension)) continue;
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + kDigits, number, 16);
    if (failure == std::errc() && end == name.data() + kDigits && entry.is_regular_file(error))
      numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Expected<std::unique_ptr<SpoolFolder>> SpoolFolder::claim(const std::string& root,
                                                          std::string_view exporter) {
  const std::string parent = root + "/" + std::string(exporter);
  if (auto made = make_folders(parent); !made) return made.error();
  for (int number = 0; number < kMostFolders; ++number) {
    std::string path = parent + "/" + std::to_string(number);
    if (auto made = make_folders(path); !made) return made.error();
    const int lock = take_lock(path, true);
    if (lock < 0 && errno != EWOULDBLOCK) return cannot("lock", path, errno);
    if (lock < 0) continue;
    std::unique_ptr<SpoolFolder> folder(new SpoolFolder(std::move(path), lock));
    for (int other = 0; other < kMostFolders; ++other) {
      if (other != number) adopt(parent + "/" + std::to_string(other), folder->path());
    }
    return folder;
  }
  return Error{ErrorCode::kUnavailable, "no spool folder is free below " + parent};
}

SpoolFolder::~SpoolFolder() {
  ::close(lock_);
}

}  // namespace container_kit::telemetry::delivery
