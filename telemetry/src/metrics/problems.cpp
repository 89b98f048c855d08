#include "metrics/problems.h"

#include <cstdio>
#include <exception>
#include <utility>

namespace container_kit::telemetry::metrics {
namespace {

void write_to_stderr(std::string_view message) {
  std::fprintf(stderr, "container-kit metrics: %.*s\n", static_cast<int>(message.size()), message.data());
}

}  // namespace

Problems::Problems(Handler handler) : handler_(handler ? std::move(handler) : Handler(write_to_stderr)) {}

void Problems::report_once(std::string key, const std::string& message) noexcept {
  try {
    {
      const std::scoped_lock lock(mutex_);
      if (reported_.size() >= kMaxKeys || !reported_.insert(std::move(key)).second) return;
    }
    handler_(message);
  } catch (const std::exception&) {
    // A report that cannot be made must not harm the measurement it is about.
  }
}

}  // namespace container_kit::telemetry::metrics
