// The metrics that belong to instrumented operations.
#include <container_kit/telemetry/manager.h>

#include "manager/tool_table.h"

namespace container_kit::telemetry {

void Manager::record_end(const Operation& operation, Seconds duration, bool failed) noexcept {
  if (operation.kind_ == Operation::Kind::kGeneric) return;
  // Current, so that the measurements carry the operation's span as exemplar.
  const detail::BorrowedContextScope scope(operation.context());
  if (operation.tool_ != nullptr && operation.tool_->metrics) [[likely]] {
    operation.tool_->metrics->record(1, failed ? 1 : 0, duration.count());
  } else if (operation.kind_ == Operation::Kind::kTool) {
    const std::string_view tool = operation.tool_ != nullptr ? operation.tool_->name : operation.name_;
    metrics().record_tool_execution(tool, duration, failed);
  } else {
    metrics().record_http_end(operation.method_, operation.name_, operation.http_status_, duration);
  }
}

}  // namespace container_kit::telemetry
