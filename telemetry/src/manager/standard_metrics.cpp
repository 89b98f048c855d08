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
    return;
  }
  switch (operation.kind_) {
    case Operation::Kind::kGeneric:
      return;
    case Operation::Kind::kTool:
      return metrics().record_tool_execution(
          operation.tool_ != nullptr ? operation.tool_->name : operation.name_, duration, failed);
    case Operation::Kind::kHttp:
      return metrics().record_http_end(operation.detail_, operation.name_, operation.http_status_, duration);
    case Operation::Kind::kPipeline:
      return metrics().record_pipeline_execution(operation.name_, duration, failed);
    case Operation::Kind::kPipelineStage:
      return metrics().record_pipeline_stage(operation.name_, operation.detail_, duration, failed);
    case Operation::Kind::kSession:
      if (failed) metrics().record_session_error(operation.name_);
      return metrics().record_session_completion(operation.name_, duration);
  }
}

}  // namespace container_kit::telemetry
