// One folder of the repository that holds a manifest, as a detector sees it.
//
// Names are relative to the folder ("package.json", "src/main.ts"); path() makes them relative to the
// repository, as findings name their source. Files are read at most once an analysis, and parsed at most
// once.
//
// Thread safety: text() and parsed() of Manifests, and with them const calls of Projects, may run in
// parallel. Ownership: a Project refers to its Manifests, and these to the FileTree; views and references
// stay good while the Manifests live.
#pragma once

#include <functional>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <container_kit/kit/analysis.h>

#include "analyze/document.h"
#include "analyze/file_tree.h"

namespace container_kit::kit::analysis {

// Reads and parses the repository's manifests, keeping what it read. A manifest that cannot be parsed is
// noted.
class Manifests {
 public:
  using Parser = std::optional<Node> (*)(std::string_view);

  Manifests(const FileTree& tree, std::size_t limit) : tree_(tree), limit_(limit) {}

  const FileTree& tree() const { return tree_; }
  const std::string& text(const std::string& path);  // empty when absent
  const Node& parsed(const std::string& path, Parser parse);
  // What the texts and what was parsed take in memory, about.
  std::size_t bytes();
  std::vector<Note> take_notes() { return std::move(notes_); }

 private:
  const std::string& text_under_lock(const std::string& path);

  const FileTree& tree_;
  std::size_t limit_;
  std::mutex mutex_;  // guards all that follows
  std::unordered_map<std::string, std::string> texts_;
  std::unordered_map<std::string, Node> documents_;
  std::vector<Note> notes_;
};

class Project {
 public:
  Project(Manifests& manifests, std::string folder) : manifests_(&manifests), folder_(std::move(folder)) {}

  bool is_root() const { return folder_.empty(); }
  const std::string& folder() const { return folder_; }
  std::string path(std::string_view name) const { return join_path(folder_, name); }
  std::string base_name() const { return std::string(file_name_of(folder_)); }

  bool has(std::string_view name) const { return manifests_->tree().has_file(path(name)); }
  bool has_folder(std::string_view name) const { return manifests_->tree().folder(path(name)) != nullptr; }
  // The first name that is here, or "".
  std::string first_of(std::initializer_list<std::string_view> names) const;
  // As first_of, but when nothing is here the folders above are asked, up to the repository; gives a
  // repository path.
  std::string first_here_or_above(std::initializer_list<std::string_view> names) const;
  bool has_above(std::string_view name) const;

  // File names in this folder (or the one named) that fit a glob of one component, sorted.
  std::vector<std::string> files(std::string_view glob, std::string_view subfolder = {}) const;
  // Folders below this one (relative to it) that fit a glob and hold `marker` ("" for any), sorted.
  std::vector<std::string> folders(std::string_view glob, std::string_view marker) const;

  const std::string& text(std::string_view name) const { return manifests_->text(path(name)); }
  const Node& json(std::string_view name) const { return manifests_->parsed(path(name), parse_json); }
  const Node& toml(std::string_view name) const { return manifests_->parsed(path(name), parse_toml); }
  const Node& yaml(std::string_view name) const { return manifests_->parsed(path(name), parse_yaml); }
  const Node& xml(std::string_view name) const { return manifests_->parsed(path(name), parse_xml); }

  // Another folder of the same repository, "" is its top.
  Project at(std::string folder) const { return Project(*manifests_, std::move(folder)); }
  Project below(std::string_view name) const { return at(path(name)); }

 private:
  Manifests* manifests_;
  std::string folder_;
};

}  // namespace container_kit::kit::analysis
