// The files of a repository, as the walk found them, and the one way to read them.
//
// Folders and the files in them are in byte order, depth first; paths are relative to the repository and use
// "/"; the repository itself is "". Reading goes beneath the repository's open directory and refuses symbolic
// links, so it stays inside even if the tree has changed since the walk.
//
// A file with several names is watched before it is read, where there is a watch: what is written to it by
// another name is no event in its folder.
//
// Thread safety: const calls may run in parallel. Ownership: holds the repository's directory open; the watch
// must outlive it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyze/tree_watch.h"
#include "analyze/unique_fd.h"

namespace container_kit::kit::analysis {

struct Folder {
  std::string path;
  std::vector<std::string> files;  // names, sorted
};

class FileTree {
 public:
  explicit FileTree(UniqueFd root, TreeWatch* watch = nullptr) : root_(std::move(root)), watch_(watch) {}

  void add(Folder folder);

  const std::vector<Folder>& folders() const { return folders_; }
  std::size_t file_count() const { return file_count_; }
  int root() const { return root_.get(); }
  TreeWatch* watch() const { return watch_; }  // null: nobody wants to know of changes

  // What the names take in memory, about.
  std::size_t bytes() const;

  const Folder* folder(std::string_view path) const;
  bool has_file(std::string_view path) const;

  // The first `limit` bytes of a regular file, or nothing when it is absent or cannot be read.
  std::optional<std::string> read(std::string_view path, std::size_t limit) const;

 private:
  UniqueFd root_;
  TreeWatch* watch_;
  std::vector<Folder> folders_;
  std::unordered_map<std::string, std::size_t> by_path_;
  std::size_t file_count_ = 0;
};

// "a/b" + "c" is "a/b/c"; "" is the repository.
std::string join_path(std::string_view folder, std::string_view name);
// "a/b/c" is in "a/b"; "c" is in "".
std::string_view folder_of(std::string_view path);
std::string_view file_name_of(std::string_view path);

}  // namespace container_kit::kit::analysis
