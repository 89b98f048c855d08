#include "analyze/project.h"

#include <algorithm>

#include "analyze/glob.h"

namespace container_kit::kit::analysis {

const std::string& Manifests::text(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return text_under_lock(path);
}

const std::string& Manifests::text_under_lock(const std::string& path) {
  const auto [entry, added] = texts_.try_emplace(path);
  if (added) entry->second = tree_.read(path, limit_).value_or(std::string());
  return entry->second;
}

const Node& Manifests::parsed(const std::string& path, Parser parse) {
  const std::lock_guard lock(mutex_);
  const auto [entry, added] = documents_.try_emplace(path);
  if (!added || !tree_.has_file(path)) return entry->second;
  if (auto document = parse(text_under_lock(path))) {
    entry->second = std::move(*document);
  } else {
    notes_.push_back({"invalid_manifest", path + " could not be parsed, so nothing was read from it"});
  }
  return entry->second;
}

std::size_t Manifests::bytes() {
  constexpr std::size_t kParsed = 8;  // times the text: each scalar is a node with a string and a vector
  const std::lock_guard lock(mutex_);
  std::size_t bytes = 0;
  for (const auto& [path, text] : texts_) {
    bytes += 2 * path.size() + (documents_.contains(path) ? 1 + kParsed : 1) * text.capacity();
  }
  return bytes;
}

std::string Project::first_of(std::initializer_list<std::string_view> names) const {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](std::string_view name) { return has(name); });
  return found == names.end() ? std::string() : std::string(*found);
}

std::string Project::first_here_or_above(std::initializer_list<std::string_view> names) const {
  for (Project at_folder = *this;; at_folder = at(std::string(folder_of(at_folder.folder_)))) {
    if (const auto name = at_folder.first_of(names); !name.empty()) return at_folder.path(name);
    if (at_folder.is_root()) return {};
  }
}

bool Project::has_above(std::string_view name) const {
  return !is_root() && !at(std::string(folder_of(folder_))).first_here_or_above({name}).empty();
}

std::vector<std::string> Project::files(std::string_view glob, std::string_view subfolder) const {
  std::vector<std::string> names;
  const Folder* folder = manifests_->tree().folder(subfolder.empty() ? folder_ : path(subfolder));
  if (folder == nullptr) return names;
  std::copy_if(folder->files.begin(), folder->files.end(), std::back_inserter(names),
               [&](const std::string& name) { return component_matches(glob, name); });
  return names;
}

std::vector<std::string> Project::folders(std::string_view glob, std::string_view marker) const {
  while (glob.starts_with("./")) glob.remove_prefix(2);
  while (glob.ends_with('/')) glob.remove_suffix(1);
  const Glob pattern(glob);
  const std::size_t prefix = folder_.empty() ? 0 : folder_.size() + 1;
  std::vector<std::string> found;
  for (const auto& folder : manifests_->tree().folders()) {
    if (folder.path.size() <= prefix || !folder.path.starts_with(folder_)) continue;
    if (prefix != 0 && folder.path[prefix - 1] != '/') continue;
    const auto relative = std::string_view(folder.path).substr(prefix);
    if (!pattern.matches(relative)) continue;
    if (!marker.empty() && !std::binary_search(folder.files.begin(), folder.files.end(), marker)) continue;
    found.emplace_back(relative);
  }
  return found;
}

}  // namespace container_kit::kit::analysis
