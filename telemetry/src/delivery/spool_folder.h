// SpoolFolder: a folder of one exporter of one process, which no other process writes to.
//
//   <root>/<exporter>/<number>/lock, *.spool, position
//
// The folder with the lowest number that nobody holds is taken, with what it still has. The segments of the
// other folders that nobody holds, left by processes that are gone, are moved into it, oldest first. The lock
// is flock(2)'s: it ends with the process, however that ends.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/expected.h>

namespace container_kit::telemetry::delivery {

class SpoolFolder {
 public:
  // Makes what is missing, with mode 0700. `exporter` names the receiver, in letters that any file system
  // takes.
  static Expected<std::unique_ptr<SpoolFolder>> claim(const std::string& root, std::string_view exporter);

  ~SpoolFolder();  // lets go of it
  SpoolFolder(const SpoolFolder&) = delete;
  SpoolFolder& operator=(const SpoolFolder&) = delete;

  const std::string& path() const noexcept { return path_; }

 private:
  SpoolFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

// "0000000000000012.spool" for 18; the names sort as the numbers do.
std::string spool_segment_name(std::uint64_t number);
// The numbers of the segments in a folder, ascending.
std::vector<std::uint64_t> spool_segments(const std::string& folder);

}  // namespace container_kit::telemetry::delivery
