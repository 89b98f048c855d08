#include "delivery/console_exporter.h"

#include "protocol/console.h"
#include "protocol/otlp_request.h"

namespace container_kit::telemetry::delivery {
namespace {

std::string id_bytes(const TraceId& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

// For what is left at the end; a shutdown's own deadline cancels earlier.
constexpr std::chrono::seconds kFinishTimeout{30};

}  // namespace

SendResult ConsoleExporter::send(std::string_view request, std::uint32_t /*span_count*/,
                                 base::Deadline deadline) {
  std::vector<std::string> text;
  const auto resources = protocol::read_otlp_traces(request);
  if (!resources) return {SendOutcome::kRejected, "console: a request that cannot be read"};
  for (const protocol::ResourceSpans& resource : *resources) {
    for (const protocol::ScopeSpans& scope : resource.scopes) {
      for (const std::string_view span : scope.spans) keep(span, text);
    }
  }
  // After the whole batch: children that ended on other threads may stand behind their root.
  for (const std::string& id : ended_) {
    if (const auto trace = kept_.find(id); trace != kept_.end()) text.push_back(take_tree(trace));
  }
  ended_.clear();
  for (const std::string& piece : text) {
    if (std::string problem = writer_.write(piece, deadline); !problem.empty()) {
      return {SendOutcome::kRejected, "cannot write to the console: " + problem};
    }
  }
  return {};
}

void ConsoleExporter::keep(std::string_view bytes, std::vector<std::string>& text) {
  const auto span = read_span(bytes);
  if (!span) return;
  if (style_ == Style::kLines) {
    text.push_back(protocol::format_span_line(*span));
    return;
  }
  if (kept_spans_ >= kMaxKept && !kept_.empty()) text.push_back(take_tree(kept_.begin()));
  std::string id = id_bytes(span->trace_id);
  kept_[id].emplace_back(bytes);
  ++kept_spans_;
  if (span->is_local_root()) ended_.push_back(std::move(id));
}

std::string ConsoleExporter::take_tree(std::map<std::string, Trace>::iterator trace) {
  std::vector<ReadableSpan> spans;
  for (const std::string& bytes : trace->second) {
    if (auto span = read_span(bytes)) spans.push_back(std::move(*span));
  }
  std::string tree = protocol::format_trace_tree(spans);
  kept_spans_ -= trace->second.size();
  kept_.erase(trace);
  return tree;
}

void ConsoleExporter::finish() {
  const base::Deadline deadline = base::Deadline::after(kFinishTimeout);
  while (!kept_.empty() && writer_.write(take_tree(kept_.begin()), deadline).empty()) {
  }
}

}  // namespace container_kit::telemetry::delivery
