#include "protocol/jaeger_thrift.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "protocol/jaeger_tags.h"
#include "protocol/scope_tags.h"

namespace container_kit::telemetry::protocol {
namespace {

using Type = ThriftWriter::Type;

constexpr std::int32_t kFollowsFrom = 1;
constexpr std::uint32_t kSampled = 1;
constexpr std::int32_t kStatusOk = 1;
constexpr std::int32_t kStatusError = 2;
constexpr std::uint64_t kNanosecondsInMicrosecond = 1'000;
// By OTLP's SpanKind; empty: no tag.
constexpr std::array<std::string_view, 6> kKinds{"", "", "server", "client", "producer", "consumer"};
constexpr std::string_view kDroppedAttributes = "otel.dropped_attributes_count";

// Jaeger's ids are numbers: the bytes read in big-endian order.
std::uint64_t number_of(std::string_view id) {
  return id.empty() ? 0 : __builtin_bswap64(base::load64(id.data()));
}
std::uint64_t low_of(std::string_view trace_id) {
  return trace_id.empty() ? 0 : number_of(trace_id.substr(sizeof(std::uint64_t)));
}

class BatchWriter {
 public:
  explicit BatchWriter(base::AppendBuffer& buffer) : out_(buffer) {}

  void put_process(const OtlpResource& resource);
  void begin_scope(std::string_view scope);
  // Throws protozero::exception where the span is torn.
  void put_span(std::string_view span);

 private:
  void put_references();
  void put_tags();
  void put_status(JaegerTags& tags) const;
  void put_logs();
  void put_log();

  ThriftWriter out_;
  OtlpSpan span_;
  OtlpEvent event_;
  OtlpLink link_;
  std::string scope_tags_;
  std::size_t scope_tag_count_ = 0;
};

// Process: 1 serviceName, 2 tags.
void BatchWriter::put_process(const OtlpResource& resource) {
  out_.string_field(1, service_name_of(resource));
  const std::size_t list = out_.begin_list(2, Type::kStruct);
  JaegerTags tags(out_);
  for (const OtlpAttribute& attribute : resource.attributes) {
    if (attribute.key != kServiceName) tags.add_if_whole(attribute);
  }
  tags.add_dropped(kDroppedAttributes, resource.dropped_attributes);
  out_.end_list(list, tags.count());
  out_.stop();
}

void BatchWriter::begin_scope(std::string_view scope) {
  OtlpScope read;
  read_what_is_whole(scope, read);
  scope_tags_.clear();
  base::AppendBuffer buffer(scope_tags_);
  ThriftWriter writer(buffer);
  JaegerTags tags(writer);
  for_each_scope_tag(read, [&tags](const OtlpAttribute& tag) { tags.add_if_whole(tag); });
  scope_tag_count_ = tags.count();
}

// Span: 1 traceIdLow, 2 traceIdHigh, 3 spanId, 4 parentSpanId, 5 operationName, 6 references, 7 flags,
// 8 startTime, 9 duration, 10 tags, 11 logs.
void BatchWriter::put_span(std::string_view span) {
  read_otlp(span, span_);
  out_.i64_field(1, low_of(span_.trace_id));
  out_.i64_field(2, number_of(span_.trace_id));
  out_.i64_field(3, number_of(span_.span_id));
  out_.i64_field(4, number_of(span_.parent_span_id));
  out_.string_field(5, span_.name);
  if (!span_.links.empty()) put_references();
  out_.i32_field(7, static_cast<std::int32_t>(span_.flags & kSampled));
  out_.i64_field(8, span_.start_time / kNanosecondsInMicrosecond);
  out_.i64_field(9, span_.duration() / kNanosecondsInMicrosecond);
  put_tags();
  if (!span_.events.empty()) put_logs();
  out_.stop();
}

// SpanRef: 1 refType, 2 traceIdLow, 3 traceIdHigh, 4 spanId. The parent is in parentSpanId.
void BatchWriter::put_references() {
  const std::size_t list = out_.begin_list(6, Type::kStruct);
  for (const std::string_view link : span_.links) {
    read_otlp(link, link_);
    out_.i32_field(1, kFollowsFrom);
    out_.i64_field(2, low_of(link_.trace_id));
    out_.i64_field(3, number_of(link_.trace_id));
    out_.i64_field(4, number_of(link_.span_id));
    out_.stop();
  }
  out_.end_list(list, span_.links.size());
}

void BatchWriter::put_tags() {
  const std::size_t list = out_.begin_list(10, Type::kStruct);
  JaegerTags tags(out_);
  tags.add_written(scope_tags_, scope_tag_count_);
  for (const OtlpAttribute& attribute : span_.attributes) tags.add(attribute);
  const auto kind = static_cast<std::size_t>(span_.kind);
  if (kind < kKinds.size() && !kKinds[kind].empty()) tags.add("span.kind", kKinds[kind]);
  if (!span_.trace_state.empty()) tags.add("w3c.tracestate", span_.trace_state);
  put_status(tags);
  tags.add_dropped(kDroppedAttributes, span_.dropped_attributes);
  tags.add_dropped("otel.dropped_events_count", span_.dropped_events);
  tags.add_dropped("otel.dropped_links_count", span_.dropped_links);
  out_.end_list(list, tags.count());
}

void BatchWriter::put_status(JaegerTags& tags) const {
  if (span_.status != kStatusOk && span_.status != kStatusError) return;
  tags.add("otel.status_code", std::string_view(span_.status == kStatusOk ? "OK" : "ERROR"));
  if (span_.status == kStatusError) tags.add("error", true);
  if (!span_.status_message.empty()) tags.add("otel.status_description", span_.status_message);
}

void BatchWriter::put_logs() {
  const std::size_t list = out_.begin_list(11, Type::kStruct);
  for (const std::string_view event : span_.events) {
    read_otlp(event, event_);
    put_log();
  }
  out_.end_list(list, span_.events.size());
}

// Log: 1 timestamp, 2 fields. An attribute `event` takes the place of the name.
void BatchWriter::put_log() {
  out_.i64_field(1, event_.time / kNanosecondsInMicrosecond);
  const std::size_t list = out_.begin_list(2, Type::kStruct);
  JaegerTags fields(out_);
  const bool names_itself =
      std::any_of(event_.attributes.begin(), event_.attributes.end(),
                  [](const OtlpAttribute& attribute) { return attribute.key == "event"; });
  if (!names_itself) fields.add("event", event_.name);
  for (const OtlpAttribute& attribute : event_.attributes) fields.add(attribute);
  fields.add_dropped(kDroppedAttributes, event_.dropped_attributes);
  out_.end_list(list, fields.count());
  out_.stop();
}

}  // namespace

// Batch: 1 process, 2 spans.
std::size_t append_jaeger_batch(std::string& out, std::string_view resource,
                                std::span<const ScopeSpans> scopes) {
  base::AppendBuffer buffer(out);
  ThriftWriter writer(buffer);
  BatchWriter batch(buffer);
  OtlpResource process;
  read_what_is_whole(resource, process);
  writer.field(Type::kStruct, 1);
  batch.put_process(process);
  const std::size_t list = writer.begin_list(2, Type::kStruct);
  std::size_t written = 0;
  std::size_t torn = 0;
  for (const ScopeSpans& scope : scopes) {
    batch.begin_scope(scope.scope);
    for (const std::string_view span : scope.spans) {
      const std::size_t before = buffer.size();
      try {
        batch.put_span(span);
        ++written;
      } catch (const protozero::exception&) {
        buffer.rewind(before);
        ++torn;
      }
    }
  }
  writer.end_list(list, written);
  writer.stop();
  return torn;
}

}  // namespace container_kit::telemetry::protocol
