#include "analyze/file_tree.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>

#include "analyze/open_beneath.h"

namespace container_kit::kit::analysis {

void FileTree::add(Folder folder) {
  file_count_ += folder.files.size();
  by_path_.emplace(folder.path, folders_.size());
  folders_.push_back(std::move(folder));
}

std::size_t FileTree::bytes() const {
  constexpr std::size_t kOfFolder = sizeof(Folder) + 2 * sizeof(std::string) + 4 * sizeof(void*);
  std::size_t bytes = 0;
  for (const auto& folder : folders_) {
    bytes += kOfFolder + 2 * folder.path.capacity() + folder.files.capacity() * sizeof(std::string);
    for (const auto& name : folder.files) bytes += name.capacity();
  }
  return bytes;
}

const Folder* FileTree::folder(std::string_view path) const {
  const auto found = by_path_.find(std::string(path));
  return found == by_path_.end() ? nullptr : &folders_[found->second];
}

bool FileTree::has_file(std::string_view path) const {
  const Folder* in = folder(folder_of(path));
  return in != nullptr && std::binary_search(in->files.begin(), in->files.end(), file_name_of(path));
}

std::optional<std::string> FileTree::read(std::string_view path, std::size_t limit) const {
  if (!has_file(path)) return std::nullopt;
  // O_NONBLOCK: what was a file may have become a FIFO.
  const auto opened = open_beneath(root_.get(), path, O_RDONLY | O_NONBLOCK | O_NOCTTY, Links::kRefuse);
  struct stat status {};
  if (opened.error != 0 || ::fstat(opened.fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return std::nullopt;
  if (watch_ != nullptr && status.st_nlink > 1) watch_->add(opened.fd.get());
  std::string text(std::min(limit, static_cast<std::size_t>(status.st_size)), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const auto count = ::read(opened.fd.get(), text.data() + filled, text.size() - filled);
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  text.resize(filled);
  return text;
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty()) path += '/';
  return path += name;
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view file_name_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace container_kit::kit::analysis
