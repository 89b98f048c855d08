#include "manager/decision_log.h"

#include "base/json_text.h"

namespace container_kit::telemetry {
namespace {

std::string_view name_of(SamplingDecision decision) {
  switch (decision) {
    case SamplingDecision::kRecordAndSample:
      return "record_and_sample";
    case SamplingDecision::kRecordOnly:
      return "record_only";
    case SamplingDecision::kDrop:
      break;
  }
  return "drop";
}

std::string_view parent_of(const Context& parent) {
  if (!parent.has_span()) return "none";
  return parent.span_context().is_sampled() ? "sampled" : "not_sampled";
}

}  // namespace

void DecisionLog::decided(const SamplingParameters& parameters, const SamplingResult& result) noexcept {
  try {
    std::string line = "event=sampling decision=" + std::string(name_of(result.decision)) +
                       " trace_id=" + parameters.trace_id.to_hex() +
                       " parent=" + std::string(parent_of(parameters.parent)) + " span=";
    base::append_json_string(line, parameters.name);
    const std::lock_guard lock(mutex_);
    if (log_ != nullptr) log_->debug(line);
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): a line less, and the span as it is
  }
}

void DecisionLog::close() noexcept {
  const std::lock_guard lock(mutex_);
  log_ = nullptr;
}

}  // namespace container_kit::telemetry
