// A time as answers and messages write it.
//
// Thread safety: pure function.
#pragma once

#include <chrono>
#include <string>

namespace container_kit::kit {

// RFC 3339 in UTC, to the millisecond: 2026-01-31T08:00:00.000Z. For the years 0 to 9999.
std::string timestamp(std::chrono::sys_time<std::chrono::milliseconds> time);

}  // namespace container_kit::kit
