#include "protocol/otlp_json.h"

#include "base/json_text.h"
#include "protocol/otlp_json_value.h"
#include "protocol/otlp_reader.h"

namespace container_kit::telemetry::protocol {
namespace {

// Every member is written with a comma behind it. What has its default value is left out, as JSON's mapping
// allows.
class RequestWriter {
 public:
  explicit RequestWriter(base::AppendBuffer& out) : out_(out) {}

  void put_resource(std::string_view bytes);
  void put_scope(std::string_view bytes);
  // Throws protozero::exception where the span is torn.
  void put_span(std::string_view bytes);
  void put_text(std::string_view member, std::string_view text) {
    if (text.empty()) return;
    out_.append(member);
    base::append_json_string(out_, text);
    out_.append(',');
  }

 private:
  void put_id(std::string_view member, std::string_view id);
  // 32-bit integers are numbers, 64-bit integers are texts.
  template <typename Number>
  void put_number(std::string_view member, Number number) {
    if (number == 0) return;
    out_.append(member);
    base::append_decimal(out_, number);
    out_.append(',');
  }
  void put_time(std::string_view member, std::uint64_t time);
  void put_head();
  void put_events();
  void put_links();
  void put_status();

  base::AppendBuffer& out_;
  OtlpSpan span_;
  OtlpEvent event_;
  OtlpLink link_;
};

constexpr std::string_view kDroppedAttributes = "\"droppedAttributesCount\":";
constexpr std::string_view kName = "\"name\":";
constexpr std::string_view kTraceId = "\"traceId\":\"";
constexpr std::string_view kSpanId = "\"spanId\":\"";
constexpr std::string_view kTraceState = "\"traceState\":";
constexpr std::string_view kFlags = "\"flags\":";

void RequestWriter::put_id(std::string_view member, std::string_view id) {
  if (id.empty()) return;
  out_.append(member);
  base::append_hex(out_, id);
  out_.append("\",");
}

void RequestWriter::put_time(std::string_view member, std::uint64_t time) {
  out_.append(member);
  base::append_decimal(out_, time);
  out_.append("\",");
}

void RequestWriter::put_resource(std::string_view bytes) {
  if (bytes.empty()) return;
  OtlpResource resource;
  read_what_is_whole(bytes, resource);
  out_.append("\"resource\":{");
  append_whole_otlp_attributes(out_, resource.attributes);
  put_number(kDroppedAttributes, resource.dropped_attributes);
  base::close_json(out_, '}');
}

void RequestWriter::put_scope(std::string_view bytes) {
  if (bytes.empty()) return;
  OtlpScope scope;
  read_what_is_whole(bytes, scope);
  out_.append("\"scope\":{");
  put_text(kName, scope.name);
  put_text("\"version\":", scope.version);
  append_whole_otlp_attributes(out_, scope.attributes);
  put_number(kDroppedAttributes, scope.dropped_attributes);
  base::close_json(out_, '}');
}

void RequestWriter::put_span(std::string_view bytes) {
  read_otlp(bytes, span_);
  out_.append('{');
  put_head();
  append_otlp_attributes(out_, span_.attributes);
  put_number(kDroppedAttributes, span_.dropped_attributes);
  if (!span_.events.empty()) put_events();
  put_number("\"droppedEventsCount\":", span_.dropped_events);
  if (!span_.links.empty()) put_links();
  put_number("\"droppedLinksCount\":", span_.dropped_links);
  put_status();
  base::close_json(out_, '}');
}

void RequestWriter::put_head() {
  put_id(kTraceId, span_.trace_id);
  put_id(kSpanId, span_.span_id);
  put_text(kTraceState, span_.trace_state);
  put_id("\"parentSpanId\":\"", span_.parent_span_id);
  put_number(kFlags, span_.flags);
  put_text(kName, span_.name);
  put_number("\"kind\":", span_.kind);
  put_time("\"startTimeUnixNano\":\"", span_.start_time);
  put_time("\"endTimeUnixNano\":\"", span_.end_time);
}

void RequestWriter::put_events() {
  out_.append("\"events\":[");
  for (const std::string_view event : span_.events) {
    read_otlp(event, event_);
    out_.append('{');
    put_time("\"timeUnixNano\":\"", event_.time);
    put_text(kName, event_.name);
    append_otlp_attributes(out_, event_.attributes);
    put_number(kDroppedAttributes, event_.dropped_attributes);
    base::close_json(out_, '}');
  }
  base::close_json(out_, ']');
}

void RequestWriter::put_links() {
  out_.append("\"links\":[");
  for (const std::string_view link : span_.links) {
    read_otlp(link, link_);
    out_.append('{');
    put_id(kTraceId, link_.trace_id);
    put_id(kSpanId, link_.span_id);
    put_text(kTraceState, link_.trace_state);
    append_otlp_attributes(out_, link_.attributes);
    put_number(kDroppedAttributes, link_.dropped_attributes);
    put_number(kFlags, link_.flags);
    base::close_json(out_, '}');
  }
  base::close_json(out_, ']');
}

void RequestWriter::put_status() {
  if (span_.status == 0 && span_.status_message.empty()) return;
  out_.append("\"status\":{");
  put_text("\"message\":", span_.status_message);
  put_number("\"code\":", span_.status);
  base::close_json(out_, '}');
}

}  // namespace

std::size_t append_otlp_traces_json(std::string& out, std::string_view resource,
                                    std::span<const ScopeSpans> scopes,
                                    std::string_view resource_schema_url) {
  base::AppendBuffer buffer(out);
  RequestWriter writer(buffer);
  std::size_t torn = 0;
  buffer.append("{\"resourceSpans\":[{");
  writer.put_resource(resource);
  buffer.append("\"scopeSpans\":[");
  for (const ScopeSpans& scope : scopes) {
    buffer.append('{');
    writer.put_scope(scope.scope);
    buffer.append("\"spans\":[");
    for (const std::string_view span : scope.spans) {
      const std::size_t before = buffer.size();
      try {
        writer.put_span(span);
      } catch (const protozero::exception&) {
        buffer.rewind(before);
        ++torn;
      }
    }
    base::close_json(buffer, ']');
    writer.put_text("\"schemaUrl\":", scope.schema_url);
    base::close_json(buffer, '}');
  }
  base::close_json(buffer, ']');
  writer.put_text("\"schemaUrl\":", resource_schema_url);
  buffer.rewind(buffer.size() - 1);
  buffer.append("}]}");
  return torn;
}

}  // namespace container_kit::telemetry::protocol
