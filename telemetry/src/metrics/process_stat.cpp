#include "metrics/process_stat.h"

#include <array>
#include <charconv>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace container_kit::telemetry::metrics {
namespace {

// Fields after the name, counted from the state as 0 (proc(5) counts it as 3).
constexpr std::size_t kUserTime = 11;
constexpr std::size_t kSystemTime = 12;
constexpr std::size_t kThreads = 17;
constexpr std::size_t kStartTime = 19;
constexpr std::size_t kResidentPages = 21;

std::string read_file(const char* path) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(file);
  return text;
}

std::optional<std::uint64_t> to_number(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc()) return std::nullopt;
  return value;
}

double ticks_a_second() noexcept {
  constexpr double kUsual = 100;
  const long ticks = ::sysconf(_SC_CLK_TCK);
  return ticks > 0 ? static_cast<double>(ticks) : kUsual;
}

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view line, std::int64_t page_size) noexcept {
  const std::size_t name_end = line.rfind(") ");
  if (name_end == std::string_view::npos) return std::nullopt;
  line.remove_prefix(name_end + 2);
  std::array<std::uint64_t, kResidentPages + 1> fields{};
  for (std::size_t i = 0; i <= kResidentPages; ++i) {
    const std::size_t end = line.find(' ');
    if (line.empty()) return std::nullopt;
    fields[i] =
        to_number(line.substr(0, end)).value_or(0);  // some are negative or letters; none that we want
    line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
  }
  return ProcessStat{fields[kUserTime] + fields[kSystemTime], fields[kStartTime],
                     static_cast<std::int64_t>(fields[kThreads]),
                     static_cast<std::int64_t>(fields[kResidentPages]) * page_size};
}

std::optional<ProcessStat> read_stat() noexcept {
  try {
    return parse_stat(read_file("/proc/self/stat"), ::sysconf(_SC_PAGESIZE));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::optional<std::int64_t> count_open_files() noexcept {
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return std::nullopt;
  std::int64_t entries = 0;
  while (::readdir(folder) != nullptr) ++entries;
  ::closedir(folder);
  constexpr std::int64_t kNotFiles = 3;  // `.`, `..` and the folder that is being read
  return entries - kNotFiles;
}

std::optional<double> read_start_time() noexcept {
  try {
    constexpr std::string_view kBootTime = "\nbtime ";
    const std::optional<ProcessStat> stat = read_stat();
    const std::string machine = read_file("/proc/stat");
    const std::size_t at = machine.find(kBootTime);
    if (!stat || at == std::string::npos) return std::nullopt;
    const auto boot = to_number(std::string_view(machine).substr(at + kBootTime.size()));
    if (!boot) return std::nullopt;
    return static_cast<double>(*boot) + static_cast<double>(stat->start_ticks) / ticks_a_second();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

CpuUsage::CpuUsage() noexcept : ticks_a_second_(ticks_a_second()) {}

std::optional<double> CpuUsage::update(std::uint64_t cpu_ticks, double seconds) noexcept {
  // Ticks are 10 ms: over less than this, a reading is noise, and the last one is still the better answer.
  constexpr double kLeastInterval = 0.25;
  const double passed = seconds - last_seconds_;
  if (passed <= 0) return std::nullopt;
  if (passed < kLeastInterval) return last_percent_;
  const double busy = static_cast<double>(cpu_ticks - last_ticks_) / ticks_a_second_;
  last_ticks_ = cpu_ticks;
  last_seconds_ = seconds;
  last_percent_ = 100 * busy / passed;
  return last_percent_;
}

}  // namespace container_kit::telemetry::metrics
