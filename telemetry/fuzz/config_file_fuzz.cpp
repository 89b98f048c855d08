// Any bytes as a configuration file: a Config comes back, with faults or without, and nothing is thrown.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include <container_kit/telemetry/config_file.h>

namespace {

// A file in memory that is opened by its name.
int memory_file() {
  static const int file = memfd_create("config", MFD_CLOEXEC);
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = memory_file();
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  const auto config = container_kit::telemetry::config_from_file("/proc/self/fd/" + std::to_string(file));
  const bool is_valid = config.validate().has_value();
  if (is_valid && !config.faults.empty()) std::abort();
  for (const auto& setting : config.effective()) {
    if (setting.source.empty()) std::abort();
  }
  return 0;
}
