// FlightFile: the file in shared memory that a flight buffer lies in, and who owns it.
//
// A file is made under a name that nobody looks for, locked, allocated and given its final name, so that
// whoever sees it under that name finds it whole and owned. The owner is told by a POSIX record lock, which
// the kernel drops when the owner dies, however it dies, and which a forked child does not inherit. Since
// such a lock is also dropped when its process closes any descriptor of the file, a process never opens a
// file of its own a second time.
//
// Names: <dir>/container-kit-<service>-<pid>-<16 hex digits>.flight, mode 0600.
//
// Thread safety: any thread, one object at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/expected.h>

namespace container_kit::telemetry::trace {

class FlightFile {
 public:
  // A new file of `size` allocated bytes (posix_fallocate: writing to it later cannot fail for want of
  // memory).
  static Expected<std::unique_ptr<FlightFile>> create(const std::string& dir, std::string_view service,
                                                      std::size_t size);
  // The files of `service` that no living process owns, now owned by this one. Files of other users, links,
  // and what is not a regular file are left alone; a file that cannot be opened is passed over.
  static std::vector<std::unique_ptr<FlightFile>> adopt_orphans(const std::string& dir,
                                                                std::string_view service);

  ~FlightFile();  // closes, and so lets go of, the file; does not remove it
  FlightFile(const FlightFile&) = delete;
  FlightFile& operator=(const FlightFile&) = delete;

  // Maps all of it, shared; null with errno set where that fails. The mapping is not undone by the
  // destructor.
  std::uint8_t* map(bool writable) const;
  void remove() noexcept;
  // For a forked child: closes the descriptor, which would keep the memory of a file that its parent removes.
  // Async-signal-safe.
  void disown() noexcept;
  // Around a fork, so that the child finds the list of its files whole: and empty, for they are its parent's.
  static void before_fork() noexcept;
  static void after_fork_in_parent() noexcept;
  static void after_fork_in_child() noexcept;
  const std::string& path() const noexcept { return path_; }
  std::size_t size() const noexcept { return size_; }
  int descriptor() const noexcept { return descriptor_; }

 private:
  FlightFile(std::string path, int descriptor, std::size_t size)
      : path_(std::move(path)), descriptor_(descriptor), size_(size) {}
  static std::unique_ptr<FlightFile> adopt(const std::string& path);

  std::string path_;
  int descriptor_;  // -1: disowned
  std::size_t size_;
};

// The first of these that can be written to: /dev/shm, $XDG_RUNTIME_DIR; empty where there is none.
std::string default_flight_dir();

}  // namespace container_kit::telemetry::trace
