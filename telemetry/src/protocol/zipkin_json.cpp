#include "protocol/zipkin_json.h"

#include <algorithm>
#include <array>

#include "base/json_text.h"
#include "protocol/value_json.h"
#include "protocol/zipkin_endpoint.h"
#include "protocol/zipkin_tags.h"

namespace container_kit::telemetry::protocol {
namespace {

constexpr std::uint64_t kNanosecondsInMicrosecond = 1'000;
// By OTLP's SpanKind; empty: no kind.
constexpr std::array<std::string_view, 6> kKinds{"", "", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"};

// Every member is written with a comma behind it; whoever closes the object or array puts its end over the
// last.
class SpanWriter {
 public:
  SpanWriter(base::AppendBuffer& out, std::string_view resource) : out_(out) {
    read_what_is_whole(resource, resource_);
    base::AppendBuffer endpoint(local_endpoint_);
    endpoint.append("\"localEndpoint\":{\"serviceName\":");
    base::append_json_string(endpoint, service_name_of(resource_));
    endpoint.append("},");
  }

  void begin_scope(std::string_view scope) {
    OtlpScope read;
    read_what_is_whole(scope, read);
    tags_.begin_scope(resource_, read);
  }
  // Throws protozero::exception where the span is torn.
  void put(std::string_view span);

 private:
  void put_id(std::string_view member, std::string_view id);
  void put_number(std::string_view member, std::uint64_t number);
  void put_annotations();
  void put_annotation_value();

  base::AppendBuffer& out_;
  OtlpResource resource_;
  std::string local_endpoint_;
  ZipkinTags tags_;
  OtlpSpan span_;
  OtlpEvent event_;
  std::string value_;  // an annotation's, before it becomes a JSON string
};

void SpanWriter::put_id(std::string_view member, std::string_view id) {
  out_.append(member);
  base::append_hex(out_, id);
  out_.append("\",");
}

void SpanWriter::put_number(std::string_view member, std::uint64_t number) {
  out_.append(member);
  base::append_decimal(out_, number);
  out_.append(',');
}

void SpanWriter::put(std::string_view span) {
  read_otlp(span, span_);
  out_.append('{');
  put_id("\"traceId\":\"", span_.trace_id);
  if (!span_.parent_span_id.empty()) put_id("\"parentId\":\"", span_.parent_span_id);
  put_id("\"id\":\"", span_.span_id);
  const auto kind = static_cast<std::size_t>(span_.kind);
  if (kind < kKinds.size() && !kKinds[kind].empty()) {
    out_.append("\"kind\":\"");
    out_.append(kKinds[kind]);
    out_.append("\",");
  }
  out_.append("\"name\":");
  base::append_json_string(out_, span_.name);
  out_.append(',');
  // Zipkin takes 0 for missing: what is shorter than a microsecond counts as one.
  put_number("\"timestamp\":", std::max<std::uint64_t>(span_.start_time / kNanosecondsInMicrosecond, 1));
  put_number("\"duration\":", std::max<std::uint64_t>(span_.duration() / kNanosecondsInMicrosecond, 1));
  out_.append(local_endpoint_);
  append_remote_endpoint(out_, span_);
  if (!span_.events.empty()) put_annotations();
  tags_.append(out_, span_);
  base::close_json(out_, '}');
}

void SpanWriter::put_annotations() {
  out_.append("\"annotations\":[");
  for (const std::string_view event : span_.events) {
    read_otlp(event, event_);
    out_.append('{');
    put_number("\"timestamp\":", event_.time / kNanosecondsInMicrosecond);
    out_.append("\"value\":");
    put_annotation_value();
    out_.append("},");
  }
  base::close_json(out_, ']');
}

// The name, or `"name":{"key":value,...}` where the event has attributes.
void SpanWriter::put_annotation_value() {
  if (event_.dropped_attributes != 0) {
    event_.attributes.push_back({"otel.dropped_attributes_count",
                                 {OtlpValue::Type::kInt, std::int64_t{event_.dropped_attributes}, 0, {}}});
  }
  if (event_.attributes.empty()) return base::append_json_string(out_, event_.name);
  value_.clear();
  {
    base::AppendBuffer value(value_);
    base::append_json_string(value, event_.name);
    value.append(':');
    append_attributes_json(value, event_.attributes);
  }
  base::append_json_string(out_, value_);
}

}  // namespace

std::size_t append_zipkin_spans(std::string& out, std::string_view resource,
                                std::span<const ScopeSpans> scopes) {
  base::AppendBuffer buffer(out);
  SpanWriter writer(buffer, resource);
  buffer.append('[');
  std::size_t torn = 0;
  for (const ScopeSpans& scope : scopes) {
    writer.begin_scope(scope.scope);
    for (const std::string_view span : scope.spans) {
      const std::size_t before = buffer.size();
      try {
        writer.put(span);
      } catch (const protozero::exception&) {
        buffer.rewind(before);
        ++torn;
      }
    }
  }
  base::close_json(buffer, ']');
  buffer.rewind(buffer.size() - 1);
  return torn;
}

}  // namespace container_kit::telemetry::protocol
