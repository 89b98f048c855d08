#include "dockerfile/dockerignore.h"

#include <span>

#include "analyze/glob.h"
#include "dockerfile/lines.h"

namespace container_kit::kit::dockerfile {
namespace {

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const auto end = path.find('/');
    const auto part = path.substr(0, end);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.emplace_back(part);
    }
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end + 1);
  }
  return parts;
}

using Parts = std::span<const std::string>;

// The pattern fits the path or a folder above it. The last `**` is gone back to.
bool fits(Parts pattern, Parts path) {
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  std::size_t p = 0;
  std::size_t n = 0;
  while (n < path.size() && p < pattern.size()) {
    if (pattern[p] == "**") {
      star = ++p;
      resume = n;
    } else if (analysis::component_matches(pattern[p], path[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star;
      n = ++resume;
    } else {
      return false;
    }
  }
  return p == pattern.size();
}

}  // namespace

DockerIgnore::DockerIgnore(std::string_view text) {
  for (const auto& source : source_lines(text)) {
    if (source.text.starts_with('#')) continue;
    auto line = trimmed(source.text);
    Pattern pattern;
    pattern.takes_back = line.starts_with('!');
    if (pattern.takes_back) line = trimmed(line.substr(1));
    pattern.parts = parts_of(line);
    if (!pattern.parts.empty()) patterns_.push_back(std::move(pattern));
  }
}

bool DockerIgnore::excludes(std::string_view path) const {
  const auto parts = parts_of(path);
  bool excluded = false;
  for (const auto& pattern : patterns_) {
    if (pattern.takes_back == excluded && fits(pattern.parts, parts)) excluded = !pattern.takes_back;
  }
  return excluded;
}

bool DockerIgnore::may_include_below(std::string_view path) const {
  const auto parts = parts_of(path);
  for (const auto& pattern : patterns_) {
    if (!pattern.takes_back) continue;
    std::size_t i = 0;
    while (i < parts.size() && i < pattern.parts.size() &&
           analysis::component_matches(pattern.parts[i], parts[i]))
      ++i;
    const bool reaches_below = i == parts.size() && pattern.parts.size() > i;
    if (reaches_below || (i < pattern.parts.size() && pattern.parts[i] == "**")) return true;
  }
  return false;
}

std::string context_path(std::string_view path) {
  std::string result;
  for (const auto& part : parts_of(path)) result += (result.empty() ? "" : "/") + part;
  return result;
}

}  // namespace container_kit::kit::dockerfile
