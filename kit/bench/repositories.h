// The repositories that are asked about, made anew for each run: a Node.js service of many small modules.
#pragma once

#include <cstddef>
#include <string>

namespace container_kit::kit::bench {

// A folder that is gone with this object.
class WorkFolder {
 public:
  WorkFolder();
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// `files` files below `folder`, twenty a folder, of 1 to 6 KiB each: 3.2 KiB on average.
void make_repository(const std::string& folder, std::size_t files);

// A Dockerfile of at least `bytes` bytes: stages of a multi-stage build, one after the other.
std::string make_dockerfile(std::size_t bytes);

}  // namespace container_kit::kit::bench
