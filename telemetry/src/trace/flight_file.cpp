#include "trace/flight_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"

namespace container_kit::telemetry::trace {
namespace {

constexpr std::string_view kSuffix = ".flight";

// The files that this process owns, which it must not open again.
struct OwnFiles {
  std::mutex mutex;
  std::set<std::string> paths;
};

OwnFiles& own_files() {
  static OwnFiles& files = *new OwnFiles();  // never destroyed
  return files;
}

Error system_error(const std::string& what) {
  return {ErrorCode::kSystem, "flight buffer: " + what + ": " + std::strerror(errno)};
}

// What may stand in a file's name: anything else becomes '_'. The true name is in the file.
std::string sanitized(std::string_view service) {
  std::string name(service.substr(0, 64));
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return !plain && c != '.' && c != '_';
      },
      '_');
  return name;
}

std::string prefix_of(std::string_view service) {
  return "container-kit-" + sanitized(service) + "-";
}

std::string random_hex() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::uint64_t bits = base::next_random(), digit = 0; digit < 16; ++digit, bits >>= 4) {
    text += kDigits[bits & 0xFU];
  }
  return text;
}

// A write lock of the whole file, or false where another process has one.
bool lock(int descriptor) noexcept {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return fcntl(descriptor, F_SETLK, &whole) == 0;
}

bool is_own_regular_file(int descriptor, std::size_t& size) noexcept {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid()) return false;
  size = static_cast<std::size_t>(status.st_size);
  return true;
}

// Fills `name` with a descriptor of the new file, or leaves an error.
Expected<void> prepare(int descriptor, std::size_t size) {
  if (!lock(descriptor)) return system_error("cannot lock the file");
  if (const int error = posix_fallocate(descriptor, 0, static_cast<off_t>(size)); error != 0) {
    errno = error;
    return system_error("no room for " + std::to_string(size) + " bytes");
  }
  return {};
}

}  // namespace

Expected<std::unique_ptr<FlightFile>> FlightFile::create(const std::string& dir, std::string_view service,
                                                         std::size_t size) {
  const std::string name =
      prefix_of(service) + std::to_string(getpid()) + "-" + random_hex() + std::string(kSuffix);
  const std::string path = dir + "/" + name;
  const std::string unfinished = dir + "/.new-" + name;
  const int descriptor = open(unfinished.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return system_error("cannot create " + path);
  std::unique_ptr<FlightFile> file(new FlightFile(path, descriptor, size));
  if (auto ready = prepare(descriptor, size); !ready) {
    unlink(unfinished.c_str());
    return ready.error().with_prefix(dir + ": ");
  }
  {
    OwnFiles& own = own_files();
    const std::lock_guard guard(own.mutex);
    own.paths.insert(path);
  }
  if (rename(unfinished.c_str(), path.c_str()) != 0) {
    const Error error = system_error("cannot rename to " + path);
    unlink(unfinished.c_str());
    return error;
  }
  return file;
}

FlightFile::~FlightFile() {
  close(descriptor_);
  OwnFiles& own = own_files();
  const std::lock_guard guard(own.mutex);
  own.paths.erase(path_);
}

std::unique_ptr<FlightFile> FlightFile::adopt(const std::string& path) {
  {
    OwnFiles& own = own_files();
    const std::lock_guard guard(own.mutex);
    if (!own.paths.insert(path).second) return nullptr;
  }
  const int descriptor = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  std::size_t size = 0;
  if (descriptor >= 0 && is_own_regular_file(descriptor, size) && lock(descriptor)) {
    // Its owner may have removed it between our open and our lock.
    if (access(path.c_str(), F_OK) == 0)
      return std::unique_ptr<FlightFile>(new FlightFile(path, descriptor, size));
  }
  if (descriptor >= 0) close(descriptor);
  OwnFiles& own = own_files();
  const std::lock_guard guard(own.mutex);
  own.paths.erase(path);
  return nullptr;
}

std::vector<std::unique_ptr<FlightFile>> FlightFile::adopt_orphans(const std::string& dir,
                                                                   std::string_view service) {
  std::vector<std::string> names;
  if (DIR* const folder = opendir(dir.c_str())) {
    const std::string prefix = prefix_of(service);
    while (const dirent* entry = readdir(folder)) {  // NOLINT(concurrency-mt-unsafe): a stream of our own
      const std::string_view name = entry->d_name;
      if (name.starts_with(prefix) && name.ends_with(kSuffix)) names.emplace_back(name);
    }
    closedir(folder);
  }
  std::sort(names.begin(), names.end());
  std::vector<std::unique_ptr<FlightFile>> files;
  for (const std::string& name : names) {
    if (auto file = adopt(dir + "/" + name)) files.push_back(std::move(file));
  }
  return files;
}

std::uint8_t* FlightFile::map(bool writable) const {
  const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* const memory = mmap(nullptr, size_, protection, MAP_SHARED, descriptor_, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<std::uint8_t*>(memory);
}

void FlightFile::remove() noexcept {
  if (descriptor_ >= 0) unlink(path_.c_str());
}

void FlightFile::disown() noexcept {
  close(std::exchange(descriptor_, -1));
}

void FlightFile::before_fork() noexcept {
  own_files().mutex.lock();
}

void FlightFile::after_fork_in_parent() noexcept {
  own_files().mutex.unlock();
}

void FlightFile::after_fork_in_child() noexcept {
  own_files().paths.clear();
  own_files().mutex.unlock();
}

std::string default_flight_dir() {
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
  for (const char* dir : {"/dev/shm", runtime}) {
    if (dir != nullptr && *dir != '\0' && access(dir, W_OK | X_OK) == 0) return dir;
  }
  return {};
}

}  // namespace container_kit::telemetry::trace
