// OTLP trace requests: bytes in, bytes out.
//
// A request is the resource's bytes, each scope's bytes, and the spans' bytes as they are, with nothing but
// tags and lengths added (opentelemetry-proto 1.x: ExportTraceServiceRequest, ResourceSpans, ScopeSpans).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::telemetry::protocol {

// The spans of one scope, each an OTLP Span message.
struct ScopeSpans {
  std::string_view scope;  // an InstrumentationScope message; empty: unknown scope
  std::string_view schema_url;
  std::vector<std::string_view> spans;
};

// `resource` is a Resource message. Appends the ExportTraceServiceRequest to `out`.
void append_otlp_traces(std::string& out, std::string_view resource, std::span<const ScopeSpans> scopes,
                        std::string_view resource_schema_url = {});

// The count of rejected spans and the reason in an ExportTraceServiceResponse; zero and empty where all were
// taken or the bytes are not such a message.
struct PartialSuccess {
  std::int64_t rejected = 0;
  std::string message;
};
PartialSuccess parse_otlp_response(std::string_view body);

}  // namespace container_kit::telemetry::protocol
