#include "protocol/otlp_traces.h"

#include <protozero/pbf_reader.hpp>

#include "base/bytes.h"

namespace container_kit::telemetry::protocol {
namespace {

using base::varint_size;

constexpr char kFirstField = 0x0A;   // field 1, length-delimited
constexpr char kSecondField = 0x12;  // field 2
constexpr char kThirdField = 0x1A;   // field 3

std::size_t field_size(std::size_t body) {
  return 1 + varint_size(body) + body;
}

std::size_t optional_field_size(std::string_view body) {
  return body.empty() ? 0 : field_size(body.size());
}

void append_header(std::string& out, char tag, std::size_t size) {
  std::uint8_t header[11];
  header[0] = static_cast<std::uint8_t>(tag);
  const std::uint8_t* const end = base::put_varint(header + 1, size);
  out.append(reinterpret_cast<const char*>(header), static_cast<std::size_t>(end - header));
}

void append_field(std::string& out, char tag, std::string_view body) {
  append_header(out, tag, body.size());
  out.append(body);
}

// ScopeSpans: 1 scope, 2 spans, 3 schema_url.
std::size_t scope_spans_size(const ScopeSpans& scope) {
  std::size_t size = optional_field_size(scope.scope) + optional_field_size(scope.schema_url);
  for (const std::string_view span : scope.spans) size += field_size(span.size());
  return size;
}

void append_scope_spans(std::string& out, const ScopeSpans& scope) {
  if (!scope.scope.empty()) append_field(out, kFirstField, scope.scope);
  for (const std::string_view span : scope.spans) append_field(out, kSecondField, span);
  if (!scope.schema_url.empty()) append_field(out, kThirdField, scope.schema_url);
}

}  // namespace

void append_otlp_traces(std::string& out, std::string_view resource, std::span<const ScopeSpans> scopes,
                        std::string_view resource_schema_url) {
  // ResourceSpans: 1 resource, 2 scope_spans, 3 schema_url.
  std::vector<std::size_t> sizes;
  sizes.reserve(scopes.size());
  std::size_t total = optional_field_size(resource) + optional_field_size(resource_schema_url);
  for (const ScopeSpans& scope : scopes) {
    sizes.push_back(scope_spans_size(scope));
    total += field_size(sizes.back());
  }
  out.reserve(out.size() + field_size(total));
  append_header(out, kFirstField, total);
  if (!resource.empty()) append_field(out, kFirstField, resource);
  for (std::size_t index = 0; index < scopes.size(); ++index) {
    append_header(out, kSecondField, sizes[index]);
    append_scope_spans(out, scopes[index]);
  }
  if (!resource_schema_url.empty()) append_field(out, kThirdField, resource_schema_url);
}

PartialSuccess parse_otlp_response(std::string_view body) {
  // ExportTraceServiceResponse: 1 partial_success { 1 rejected_spans, 2 error_message }.
  PartialSuccess result;
  try {
    protozero::pbf_reader response(body.data(), body.size());
    while (response.next(1, protozero::pbf_wire_type::length_delimited)) {
      protozero::pbf_reader partial = response.get_message();
      while (partial.next()) {
        switch (partial.tag_and_type()) {
          case protozero::tag_and_type(1, protozero::pbf_wire_type::varint):
            result.rejected = partial.get_int64();
            break;
          case protozero::tag_and_type(2, protozero::pbf_wire_type::length_delimited):
            result.message = partial.get_string();
            break;
          default:
            partial.skip();
        }
      }
    }
  } catch (const protozero::exception&) {
    return {};
  }
  return result;
}

}  // namespace container_kit::telemetry::protocol
