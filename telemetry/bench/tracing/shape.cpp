#include "tracing/shape.h"

#include <algorithm>
#include <map>
#include <vector>

#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

namespace container_kit::telemetry::bench {
namespace {

namespace proto = opentelemetry::proto;

constexpr int kMostSpans = 48;

std::string attributes_of(const google::protobuf::RepeatedPtrField<proto::common::v1::KeyValue>& attributes) {
  std::vector<std::string> lines;
  for (const auto& attribute : attributes) {
    lines.push_back(attribute.key() + "=" + attribute.value().ShortDebugString());
  }
  std::sort(lines.begin(), lines.end());
  std::string text = "{";
  for (const std::string& line : lines) text += line + ", ";
  return text + "}";
}

bool is_id(const std::string& id, std::size_t size) {
  return id.size() == size && id.find_first_not_of('\0') != std::string::npos;
}

std::string faults_of(const proto::trace::v1::Span& span) {
  std::string faults;
  if (!is_id(span.trace_id(), 16) || !is_id(span.span_id(), 8)) faults += " invalid id";
  if (span.start_time_unix_nano() == 0 || span.end_time_unix_nano() < span.start_time_unix_nano()) {
    faults += " invalid times";
  }
  for (const auto& event : span.events()) {
    // A tolerance, since the peer takes an end from another clock than an event's time.
    constexpr std::uint64_t kTolerance = 1'000'000'000;
    if (event.time_unix_nano() + kTolerance < span.start_time_unix_nano() ||
        event.time_unix_nano() > span.end_time_unix_nano() + kTolerance) {
      faults += " invalid event time";
    }
  }
  return faults;
}

using Names = std::map<std::string, std::string>;  // of spans, by trace and span id

std::string shape_of(const proto::trace::v1::Span& span, const Names& names) {
  std::string parent = "none";
  if (!span.parent_span_id().empty()) {
    const auto known = names.find(span.trace_id() + span.parent_span_id());
    parent = known == names.end() ? "unknown" : known->second;
  }
  std::string text = span.name() + " kind=" + std::to_string(span.kind()) + " parent=" + parent + " " +
                     attributes_of(span.attributes());
  for (const auto& event : span.events()) {
    text += " event " + event.name() + attributes_of(event.attributes());
  }
  for (const auto& link : span.links()) text += " link " + attributes_of(link.attributes());
  text += " status{" + span.status().ShortDebugString() + "} state=" + span.trace_state();
  text += " dropped=" + std::to_string(span.dropped_attributes_count()) + "," +
          std::to_string(span.dropped_events_count()) + "," + std::to_string(span.dropped_links_count());
  return text + faults_of(span);
}

}  // namespace

std::set<std::string> shapes(const std::string& request) {
  proto::collector::trace::v1::ExportTraceServiceRequest message;
  if (!message.ParseFromString(request)) return {"not an ExportTraceServiceRequest"};
  std::set<std::string> lines;
  for (const auto& resource : message.resource_spans()) {
    lines.insert("resource " + attributes_of(resource.resource().attributes()));
    for (const auto& scope : resource.scope_spans()) {
      Names names;
      for (const auto& span : scope.spans()) names[span.trace_id() + span.span_id()] = span.name();
      const std::string prefix = scope.scope().name() + "/" + scope.scope().version() + " ";
      const int count = std::min(scope.spans_size(), kMostSpans);
      for (int i = 0; i < count; ++i) lines.insert(prefix + shape_of(scope.spans(i), names));
    }
  }
  return lines;
}

std::string difference(const std::string& ours, const std::string& theirs) {
  const std::set<std::string> our_shapes = shapes(ours);
  const std::set<std::string> their_shapes = shapes(theirs);
  if (our_shapes.size() < 2) return "nothing of ours to decode";
  for (const std::string& shape : our_shapes) {
    if (!their_shapes.contains(shape)) return "only ours: " + shape;
  }
  for (const std::string& shape : their_shapes) {
    if (!our_shapes.contains(shape)) return "only theirs: " + shape;
  }
  return {};
}

}  // namespace container_kit::telemetry::bench
