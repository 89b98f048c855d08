// How much the library's own log says: a level, and all above it.
#pragma once

namespace container_kit::telemetry {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kNone };

}  // namespace container_kit::telemetry
