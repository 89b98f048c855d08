// Reads what the kernel says about this process. Each value is empty where /proc does not give it.
//
// Thread safety: functions without state, but for CpuUsage, which one thread uses at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace container_kit::telemetry::metrics {

struct ProcessStat {
  std::uint64_t cpu_ticks = 0;    // user and system time
  std::uint64_t start_ticks = 0;  // after boot
  std::int64_t threads = 0;
  std::int64_t resident_bytes = 0;
};

// The fields of a /proc/<pid>/stat line. The name in it, in parentheses, may hold anything.
std::optional<ProcessStat> parse_stat(std::string_view line, std::int64_t page_size) noexcept;

std::optional<ProcessStat> read_stat() noexcept;
std::optional<std::int64_t> count_open_files() noexcept;
// Seconds since 1970, from the boot time and the start after it.
std::optional<double> read_start_time() noexcept;

// How busy the process kept processors since it was last asked: 100 is one processor all the time.
class CpuUsage {
 public:
  CpuUsage() noexcept;
  // `seconds` on any steady clock. Empty while no time has passed.
  std::optional<double> update(std::uint64_t cpu_ticks, double seconds) noexcept;

 private:
  std::uint64_t last_ticks_ = 0;
  double last_seconds_ = 0;
  double last_percent_ = 0;
  double ticks_a_second_;
};

}  // namespace container_kit::telemetry::metrics
