#include "base/log.h"

#include <cstdio>

namespace container_kit::telemetry::base {

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warning";
    case LogLevel::kError:
      return "error";
    case LogLevel::kNone:
      break;
  }
  return "none";
}

void Log::write(LogLevel level, std::string_view message, std::string_view who) noexcept {
  if (!is_on(level)) return;
  const std::lock_guard lock(mutex_);
  try {
    if (sink_) {
      sink_(level, message);
      return;
    }
    const std::string_view name = to_string(level);
    std::fprintf(stderr, "%.*s: %.*s: %.*s\n", static_cast<int>(who.size()), who.data(),
                 static_cast<int>(name.size()), name.data(), static_cast<int>(message.size()),
                 message.data());
  } catch (...) {  // NOLINT(bugprone-empty-catch): a sink's failure must not reach the host
  }
}

}  // namespace container_kit::telemetry::base
