#include "analyze/languages.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include <fcntl.h>
#include <sys/stat.h>

#include "analyze/language_table.h"
#include "analyze/open_beneath.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10;
constexpr std::size_t kSniffed = 8000;  // as git: a NUL in the first 8,000 bytes makes a file binary

struct Tally {
  std::uint64_t files = 0;
  std::uint64_t lines = 0;
};

bool is_binary(std::string_view start) {
  return std::memchr(start.data(), '\0', std::min(start.size(), kSniffed)) != nullptr;
}

class Scan {
 public:
  Scan(const FileTree& tree, const AnalyzeLimits& limits, const std::stop_token& stop)
      : tree_(tree), limits_(limits), stop_(stop), chunk_(kChunk, '\0') {}

  LanguageScan run() {
    for (const auto& folder : tree_.folders()) scan_folder(folder);
    settle_headers();
    for (const auto& [language, tally] : tallies_) {
      if (tally.files == 0) continue;
      result_.languages.push_back({std::string(language->name), language->kind, tally.files, tally.lines});
      result_.lines += tally.lines;
    }
    std::sort(result_.languages.begin(), result_.languages.end(), [](const Language& a, const Language& b) {
      return std::tie(a.kind, b.lines, b.files, a.name) < std::tie(b.kind, a.lines, a.files, b.name);
    });
    return std::move(result_);
  }

 private:
  void scan_folder(const Folder& folder) {
    if (folder.files.empty()) return;
    const auto opened = open_beneath(tree_.root(), folder.path, O_RDONLY | O_DIRECTORY, Links::kRefuse);
    if (opened.error != 0) return;  // gone since the walk
    for (const auto& name : folder.files) {
      if (stop_.stop_requested()) return;
      const auto* language = language_of(name);
      if (language != nullptr || name.find('.') == std::string::npos) {
        scan_file(opened.fd.get(), folder.path, name, language);
      }
    }
  }

  void scan_file(int folder, const std::string& folder_path, const std::string& name,
                 const LanguageInfo* language) {
    const UniqueFd fd{::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!fd) return note_unreadable(join_path(folder_path, name));
    watch_if_linked(fd.get());
    auto chunk = next_chunk(fd.get());
    if (is_binary(chunk)) return;
    if (language == nullptr) language = language_of_script(chunk);
    if (language == nullptr) return;
    const bool look_for_health =
        language->kind == LanguageKind::kProgramming && result_.health_endpoint.empty();
    Tally counted{1, 0};
    char last = '\n';
    std::size_t total = 0;
    while (!chunk.empty()) {
      counted.lines += static_cast<std::uint64_t>(std::count(chunk.begin(), chunk.end(), '\n'));
      if (look_for_health && names_health_endpoint(chunk)) note_health(folder_path, name);
      last = chunk.back();
      total += chunk.size();
      if (total >= limits_.max_counted_bytes) {
        note_large(join_path(folder_path, name));
        break;
      }
      chunk = chunk.size() < kChunk ? std::string_view{} : next_chunk(fd.get());
    }
    if (last != '\n') ++counted.lines;
    result_.bytes += total;
    auto& tally = name.ends_with(".h") ? headers_ : tallies_[language];
    tally.files += counted.files;
    tally.lines += counted.lines;
  }

  void watch_if_linked(int fd) const {
    struct stat status {};
    if (tree_.watch() != nullptr && ::fstat(fd, &status) == 0 && status.st_nlink > 1) tree_.watch()->add(fd);
  }

  std::string_view next_chunk(int fd) {
    const auto count = ::read(fd, chunk_.data(), chunk_.size());
    return {chunk_.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }

  // A quoted path, so that prose and imports do not count: "/health", '/healthz', "/readyz",
  // "rails/health#show".
  static bool names_health_endpoint(std::string_view text) {
    for (auto at = text.find("/health"); at != std::string_view::npos; at = text.find("/health", at + 1)) {
      const auto rest = text.substr(at + 7, 6);
      const auto end = rest.find_first_of("\"'`#/");
      const auto middle = rest.substr(0, end);
      if (end != std::string_view::npos &&
          (middle.empty() || middle == "z" || middle == "check" || middle == "_check")) {
        return true;
      }
    }
    return text.find("\"/readyz\"") != std::string_view::npos ||
           text.find("\"/livez\"") != std::string_view::npos;
  }

  void note_health(const std::string& folder, const std::string& name) {
    if (result_.health_endpoint.empty()) result_.health_endpoint = join_path(folder, name);
  }

  // ".h" is C++ where there is more C++ than C beside it.
  void settle_headers() {
    const auto cpp = tallies_.find(kCpp);
    const auto c = tallies_.find(kC);
    const std::uint64_t cpp_files = cpp == tallies_.end() ? 0 : cpp->second.files;
    const std::uint64_t c_files = c == tallies_.end() ? 0 : c->second.files;
    auto& tally = tallies_[cpp_files > c_files ? kCpp : kC];
    tally.files += headers_.files;
    tally.lines += headers_.lines;
  }

  void note_unreadable(const std::string& path) {
    if (unreadable_++ == 0) result_.notes.push_back({"unreadable_file", "could not read " + path});
  }

  void note_large(const std::string& path) {
    result_.notes.push_back({"large_file", "lines were counted only in the first " +
                                               std::to_string(limits_.max_counted_bytes) + " bytes of " +
                                               path});
  }

  const FileTree& tree_;
  const AnalyzeLimits& limits_;
  const std::stop_token& stop_;
  std::string chunk_;
  LanguageScan result_;
  std::map<const LanguageInfo*, Tally> tallies_;
  Tally headers_;
  int unreadable_ = 0;
};

}  // namespace

LanguageScan scan_languages(const FileTree& tree, const AnalyzeLimits& limits, const std::stop_token& stop) {
  return Scan(tree, limits, stop).run();
}

}  // namespace container_kit::kit::analysis
