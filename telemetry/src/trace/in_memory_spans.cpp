#include <algorithm>

#include <container_kit/telemetry/in_memory_spans.h>

namespace container_kit::telemetry {
namespace {

std::string describe(const ReadableSpan& span) {
  std::string line(span.name);
  for (const ReadableAttribute& attribute : span.attributes) {
    line.append(" ").append(attribute.key).append("=").append(attribute.display());
  }
  if (span.status == StatusCode::kError) line.append(" !").append(span.status_message);
  if (span.status == StatusCode::kOk) line += " ok";
  for (const ReadableEvent& event : span.events) line.append(" @").append(event.name);
  return line;
}

}  // namespace

void InMemorySpans::on_end(const ReadableSpan& span) {
  const std::lock_guard lock(mutex_);
  nodes_.push_back({span.span_id, span.parent_span_id, span.start_time, describe(span)});
}

std::size_t InMemorySpans::size() const {
  const std::lock_guard lock(mutex_);
  return nodes_.size();
}

void InMemorySpans::clear() {
  const std::lock_guard lock(mutex_);
  nodes_.clear();
}

std::string InMemorySpans::tree() const {
  std::vector<Node> nodes;
  {
    const std::lock_guard lock(mutex_);
    nodes = nodes_;
  }
  std::stable_sort(nodes.begin(), nodes.end(),
                   [](const Node& a, const Node& b) { return a.start_time < b.start_time; });
  const auto is_known = [&nodes](const SpanId& id) {
    return std::any_of(nodes.begin(), nodes.end(), [&id](const Node& node) { return node.span_id == id; });
  };
  std::string out;
  const auto draw = [&](const auto& self, const Node& node, const std::string& indent) -> void {
    out += indent + node.line + "\n";
    for (const Node& child : nodes) {
      if (child.parent_span_id == node.span_id) self(self, child, indent + "  ");
    }
  };
  for (const Node& node : nodes) {
    if (!is_known(node.parent_span_id)) draw(draw, node, "");
  }
  return out;
}

}  // namespace container_kit::telemetry
