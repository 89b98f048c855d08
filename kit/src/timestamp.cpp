#include <array>
#include <cstdio>
#include <ctime>

#include <container_kit/kit/timestamp.h>

namespace container_kit::kit {

std::string timestamp(std::chrono::sys_time<std::chrono::milliseconds> time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t whole = std::chrono::system_clock::to_time_t(second);
  const auto milliseconds = static_cast<int>((time - second).count());
  std::tm utc{};
  gmtime_r(&whole, &utc);
  std::array<char, 64> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                    utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace container_kit::kit
