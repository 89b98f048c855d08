#include "analyze/walk.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "analyze/ignore.h"
#include "analyze/open_beneath.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array<std::string_view, 14> kNeverEntered{
    ".git",
    ".hg",
    ".svn",
    ".jj",
    ".pc",
    "node_modules",
    "bower_components",
    "__pycache__",
    "__pypackages__",
    ".venv",
    ".tox",
    ".gradle",
    ".terraform",
    ".direnv",
};
// A folder that holds one of these was filled by a package manager.
constexpr std::array<std::string_view, 1> kInstalledMarkers{"pyvenv.cfg"};
constexpr std::array<std::string_view, 2> kVendorMarkers{"modules.txt",
                                                         "autoload.php"};  // Go's and Composer's

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Listing {
  std::vector<std::string> files;
  std::vector<std::string> folders;
  std::size_t links = 0;
  bool truncated = false;
};

unsigned char type_of(int folder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type;
  struct stat status {};
  if (::fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return static_cast<unsigned char>(IFTODT(status.st_mode));
}

// A null pointer with errno 0 is the end, with another errno a failure.
const dirent* next_entry(DIR* stream) {
  errno = 0;
  return ::readdir(stream);
}

class Walk {
 public:
  Walk(WalkResult& result, const AnalyzeLimits& limits, const std::stop_token& stop)
      : result_(result), limits_(limits), stop_(stop) {}

  void run() {
    watch(result_.tree.root());
    watch_excludes();
    const auto exclude =
        open_beneath(result_.tree.root(), ".git/info/exclude", O_RDONLY | O_NONBLOCK, Links::kRefuse);
    ignores_.push("", IgnoreRules(read_small(exclude.fd.get())));
    enter(UniqueFd{::openat(result_.tree.root(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)}, "", 0);
  }

 private:
  // Recursion holds one descriptor a level, so max_depth bounds them.
  void enter(UniqueFd fd, const std::string& path, std::size_t depth) {
    if (!fd) return note_unreadable(path, errno);
    watch(fd.get());
    Listing listing = list(fd.get(), path);
    if (holds_installed_packages(path, listing.files)) return;
    if (listing.truncated) note_file_limit();
    const bool has_rules = std::binary_search(listing.files.begin(), listing.files.end(), ".gitignore");
    if (has_rules) ignores_.push(path, IgnoreRules(read_file(fd.get(), ".gitignore")));
    add_files(path, std::move(listing.files));
    for (const auto& name : listing.folders) {
      if (full_ || stop_.stop_requested()) break;
      enter_child(fd.get(), name, join_path(path, name), depth + 1);
    }
    if (has_rules) ignores_.pop();
  }

  void watch(int fd) {
    if (result_.tree.watch() != nullptr) result_.tree.watch()->add(fd);
  }

  // Not .git itself where its info folder is there: each git command writes to it. What becomes of .git is an
  // event in the top folder.
  void watch_excludes() {
    if (result_.tree.watch() == nullptr) return;
    for (const auto* folder : {".git/info", ".git"}) {
      const auto opened = open_beneath(result_.tree.root(), folder, O_RDONLY | O_DIRECTORY, Links::kRefuse);
      if (opened.error == 0) return watch(opened.fd.get());
    }
  }

  void enter_child(int parent, const std::string& name, const std::string& path, std::size_t depth) {
    if (is_one_of(name, kNeverEntered)) return;
    if (ignores_.ignores(path, true)) {
      ++result_.ignored;
      return;
    }
    if (depth > limits_.max_depth) return note_depth(path);
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    enter(UniqueFd{::openat(parent, name.c_str(), kFlags)}, path, depth);
  }

  Listing list(int fd, const std::string& path) {
    Listing listing;
    UniqueFd copy{::fcntl(fd, F_DUPFD_CLOEXEC, 0)};
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{::fdopendir(copy.get()), &::closedir};
    if (!stream) {
      note_unreadable(path, errno);
      return listing;
    }
    copy.release();  // the stream's from here on
    const std::size_t room = limits_.max_files - std::min(limits_.max_files, result_.tree.file_count());
    while (const dirent* entry = next_entry(stream.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      const auto type = type_of(fd, *entry);
      if (type == DT_DIR) listing.folders.emplace_back(name);
      if (type == DT_LNK) ++listing.links;
      if (type == DT_REG) listing.files.emplace_back(name);
      // Room for ignored files too: they do not count, and only sorting tells which files are the first.
      if (listing.files.size() + listing.folders.size() > 2 * room + kSpareEntries) {
        listing.truncated = true;
        break;
      }
    }
    if (errno != 0) note_unreadable(path, errno);
    result_.links += listing.links;
    std::sort(listing.files.begin(), listing.files.end());
    std::sort(listing.folders.begin(), listing.folders.end());
    return listing;
  }

  static bool holds_installed_packages(const std::string& path, const std::vector<std::string>& files) {
    const auto holds = [&](std::string_view name) {
      return std::binary_search(files.begin(), files.end(), name);
    };
    if (path.empty()) return false;
    if (std::any_of(kInstalledMarkers.begin(), kInstalledMarkers.end(), holds)) return true;
    return file_name_of(path) == "vendor" && std::any_of(kVendorMarkers.begin(), kVendorMarkers.end(), holds);
  }

  void add_files(const std::string& path, std::vector<std::string> names) {
    Folder folder{path, {}};
    for (auto& name : names) {
      if (ignores_.ignores(join_path(path, name), false)) {
        ++result_.ignored;
      } else if (result_.tree.file_count() + folder.files.size() >= limits_.max_files) {
        note_file_limit();
        break;
      } else {
        folder.files.push_back(std::move(name));
      }
    }
    result_.tree.add(std::move(folder));
  }

  std::string read_file(int folder, const char* name) {
    const UniqueFd fd{::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    return read_small(fd.get());
  }

  std::string read_small(int fd) const {
    std::string text;
    std::array<char, 16384> chunk{};
    while (fd >= 0 && text.size() < limits_.max_manifest_bytes) {
      const auto count = ::read(fd, chunk.data(), chunk.size());
      if (count <= 0) break;
      text.append(chunk.data(), static_cast<std::size_t>(count));
    }
    return text;
  }

  void note_unreadable(const std::string& path, int error) {
    result_.notes.push_back(
        {"unreadable_folder", "the folder " + (path.empty() ? "." : path) +
                                  " could not be read: " + std::generic_category().message(error)});
  }

  void note_file_limit() {
    if (std::exchange(full_, true)) return;
    result_.notes.push_back(
        {"file_limit", "only the first " + std::to_string(limits_.max_files) + " files were looked at"});
  }

  void note_depth(const std::string& path) {
    if (std::exchange(too_deep_, true)) return;
    result_.notes.push_back({"depth_limit", "folders more than " + std::to_string(limits_.max_depth) +
                                                " deep were left out, the first of them " + path});
  }

  static constexpr std::size_t kSpareEntries = 10'000;

  WalkResult& result_;
  const AnalyzeLimits& limits_;
  const std::stop_token& stop_;
  IgnoreStack ignores_;
  bool full_ = false;
  bool too_deep_ = false;
};

}  // namespace

WalkResult walk(UniqueFd root, const AnalyzeLimits& limits, const std::stop_token& stop, TreeWatch* watch) {
  WalkResult result{FileTree(std::move(root), watch), 0, 0, {}};
  Walk(result, limits, stop).run();
  return result;
}

}  // namespace container_kit::kit::analysis
