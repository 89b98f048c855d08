#include "analyze/open_beneath.h"

#include <cerrno>
#include <climits>
#include <deque>
#include <string>
#include <vector>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace container_kit::kit::analysis {
namespace {

constexpr int kMaxLinks = 40;  // the kernel's own limit (path_resolution(7))
constexpr int kMaxRetries = 8;

std::deque<std::string> components_of(std::string_view path) {
  std::deque<std::string> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

// Walks with a stack of open directories: `..` goes back to the one we came from, never asks the file system.
class Walker {
 public:
  Walker(int directory, Links links) : links_(links) { stack_.emplace_back(::dup(directory)); }

  Opened open(std::string_view path, int flags) {
    if (path.starts_with('/')) return failed(EXDEV);
    auto todo = components_of(path);
    while (!todo.empty()) {
      const std::string part = std::move(todo.front());
      todo.pop_front();
      const int error = part == ".." ? up() : down(part, todo);
      if (error != 0) return failed(error);
    }
    return reopen(flags);
  }

 private:
  static Opened failed(int error) { return {UniqueFd{}, error}; }

  int up() {
    if (stack_.size() < 2) return EXDEV;
    stack_.pop_back();
    return 0;
  }

  int down(const std::string& part, std::deque<std::string>& todo) {
    UniqueFd next{::openat(stack_.back().get(), part.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
    if (!next) return errno;
    struct stat status {};
    if (::fstat(next.get(), &status) != 0) return errno;
    if (S_ISLNK(status.st_mode)) return follow(next.get(), todo);
    if (!S_ISDIR(status.st_mode) && !todo.empty()) return ENOTDIR;
    stack_.push_back(std::move(next));
    return 0;
  }

  int follow(int link, std::deque<std::string>& todo) {
    if (links_ == Links::kRefuse || ++followed_ > kMaxLinks) return ELOOP;
    std::string target(PATH_MAX, '\0');
    const auto length = ::readlinkat(link, "", target.data(), target.size());
    if (length < 0) return errno;
    target.resize(static_cast<std::size_t>(length));
    if (target.starts_with('/')) return EXDEV;
    auto parts = components_of(target);
    todo.insert(todo.begin(), parts.begin(), parts.end());
    return 0;
  }

  // The stack holds O_PATH descriptors; the last one is opened again for real, through itself.
  Opened reopen(int flags) {
    struct stat status {};
    if (::fstat(stack_.back().get(), &status) != 0) return failed(errno);
    if ((flags & O_PATH) != 0) return {std::move(stack_.back()), 0};
    if (S_ISDIR(status.st_mode)) return finish(::openat(stack_.back().get(), ".", flags | O_CLOEXEC));
    if ((flags & O_DIRECTORY) != 0) return failed(ENOTDIR);
    const std::string self = "/proc/self/fd/" + std::to_string(stack_.back().get());
    return finish(::open(self.c_str(), (flags & ~O_NOFOLLOW) | O_CLOEXEC));
  }

  static Opened finish(int fd) { return fd < 0 ? failed(errno) : Opened{UniqueFd{fd}, 0}; }

  Links links_;
  int followed_ = 0;
  std::vector<UniqueFd> stack_;
};

int openat2_once(int directory, const std::string& path, int flags, Links links) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  if (links == Links::kRefuse) how.resolve |= RESOLVE_NO_SYMLINKS;
  return static_cast<int>(::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how));
}

// The system would see a shorter path.
bool has_nul(std::string_view path) {
  return path.find('\0') != std::string_view::npos;
}

// ENOSYS: an older kernel. EPERM: a container's seccomp filter that does not know the call.
bool is_missing(int error) {
  return error == ENOSYS || error == EPERM;
}

}  // namespace

Opened open_beneath(int directory, std::string_view path, int flags, Links links) {
  if (has_nul(path)) return {UniqueFd{}, EINVAL};
  const std::string relative = path.empty() ? std::string(".") : std::string(path);
  for (int attempt = 0; attempt < kMaxRetries; ++attempt) {
    const int fd = openat2_once(directory, relative, flags, links);
    if (fd >= 0) return {UniqueFd{fd}, 0};
    if (is_missing(errno)) break;
    if (errno != EAGAIN && errno != EINTR) return {UniqueFd{}, errno};  // EAGAIN: a rename raced with a `..`
  }
  return open_beneath_by_walking(directory, relative, flags, links);
}

Opened open_beneath_by_walking(int directory, std::string_view path, int flags, Links links) {
  if (has_nul(path)) return {UniqueFd{}, EINVAL};
  return Walker(directory, links).open(path, flags);
}

}  // namespace container_kit::kit::analysis
