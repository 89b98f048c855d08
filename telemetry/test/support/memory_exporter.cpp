#include "support/memory_exporter.h"

#include <algorithm>

namespace container_kit::telemetry::test {
namespace {

std::string describe(const ReadableSpan& span) {
  std::string line(span.name);
  for (const auto& attribute : span.attributes) {
    line += " " + std::string(attribute.key) + "=" + attribute.display();
  }
  if (span.status == StatusCode::kError) line += " !" + std::string(span.status_message);
  if (span.status == StatusCode::kOk) line += " ok";
  for (const auto& event : span.events) line += " @" + std::string(event.name);
  return line;
}

void draw(const std::vector<ReadableSpan>& spans, const SpanId& parent, const std::string& indent,
          std::string& out) {
  for (const ReadableSpan& span : spans) {
    if (span.parent_span_id != parent) continue;
    out += indent + describe(span) + "\n";
    draw(spans, span.span_id, indent + "  ", out);
  }
}

}  // namespace

std::string draw_tree(const std::vector<std::string>& messages) {
  std::vector<ReadableSpan> spans;
  for (const std::string& message : messages) {
    if (auto span = read_span(message)) spans.push_back(std::move(*span));
  }
  std::stable_sort(spans.begin(), spans.end(),
                   [](const auto& a, const auto& b) { return a.start_time < b.start_time; });
  std::string out;
  draw(spans, SpanId{}, "", out);
  return out;
}

}  // namespace container_kit::telemetry::test
