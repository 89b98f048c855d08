// The library's own log: what it must tell its operator, through the sink of its Manager.
//
// Thread safety: log() from any thread; the sink is called by one thread at a time. A sink that throws is
// ignored.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include <container_kit/telemetry/log_level.h>

namespace container_kit::telemetry::base {

class Log {
 public:
  using Sink = std::function<void(LogLevel, std::string_view)>;

  // Without a sink, lines go to standard error: "container-kit telemetry: warning: ...", or with who says it
  // in place of the library.
  Log(LogLevel least, Sink sink) : least_(least), sink_(std::move(sink)) {}

  bool is_on(LogLevel level) const noexcept { return level >= least_ && level != LogLevel::kNone; }
  void write(LogLevel level, std::string_view message, std::string_view who = kLibrary) noexcept;
  void debug(std::string_view message) noexcept { write(LogLevel::kDebug, message); }
  void info(std::string_view message) noexcept { write(LogLevel::kInfo, message); }
  void warn(std::string_view message) noexcept { write(LogLevel::kWarn, message); }
  void error(std::string_view message) noexcept { write(LogLevel::kError, message); }

 private:
  static constexpr std::string_view kLibrary = "container-kit telemetry";

  LogLevel least_;
  Sink sink_;
  std::mutex mutex_;
};

std::string_view to_string(LogLevel level) noexcept;

}  // namespace container_kit::telemetry::base
