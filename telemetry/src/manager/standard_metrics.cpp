// The metrics that belong to instrumented operations.

#include <utility>

#include <container_kit/telemetry/manager.h>

#include "base/stopwatch.h"

namespace container_kit::telemetry {
namespace {

// Makes the operation's context current while its measurements are recorded, so that they carry its span as
// exemplar.
class MeasurementScope {
 public:
  explicit MeasurementScope(const Context& context) noexcept
      : previous_(std::exchange(detail::current_context, &context)) {}
  ~MeasurementScope() { detail::current_context = previous_; }
  MeasurementScope(const MeasurementScope&) = delete;
  MeasurementScope& operator=(const MeasurementScope&) = delete;

 private:
  const Context* previous_;
};

}  // namespace

void Manager::record_begin(const Operation& operation) noexcept {
  if (operation.kind_ == Operation::Kind::kHttp)
    metrics().record_http_start(operation.method_, operation.name_);
}

void Manager::record_end(const Operation& operation, bool failed) noexcept {
  if (operation.kind_ == Operation::Kind::kGeneric) return;
  const MeasurementScope scope(operation.context());
  const Seconds duration{base::seconds_since(operation.start_)};
  if (operation.kind_ == Operation::Kind::kTool) {
    metrics().record_tool_execution(operation.name_, duration, failed);
  } else {
    metrics().record_http_end(operation.method_, operation.name_, operation.http_status_, duration);
  }
}

}  // namespace container_kit::telemetry
