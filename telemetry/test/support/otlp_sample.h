// OTLP messages for the encoders' tests, made by the official schema.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::test {

namespace proto {
using opentelemetry::proto::common::v1::AnyValue;
using opentelemetry::proto::common::v1::InstrumentationScope;
using opentelemetry::proto::common::v1::KeyValue;
using opentelemetry::proto::resource::v1::Resource;
using opentelemetry::proto::trace::v1::Span;
using opentelemetry::proto::trace::v1::Status;
}  // namespace proto

// What an encoder is given: a resource and scopes with spans.
class OtlpBatch {
 public:
  proto::Resource resource;
  proto::InstrumentationScope scope;
  std::vector<std::string> spans;  // Span messages, or what else a test puts there

  // Calls an encoder and returns what it wrote behind the text "before"; `torn` is what it returned.
  template <typename Append>
  std::string encode(Append append, std::size_t& torn) const {
    const std::string resource_bytes = resource.SerializeAsString();
    const std::string scope_bytes = scope.SerializeAsString();
    const protocol::ScopeSpans scopes[] = {{scope_bytes, "", {spans.begin(), spans.end()}}};
    std::string out = "before";
    torn = append(out, resource_bytes, std::span(scopes));
    return out.substr(0, 6) == "before" ? out.substr(6) : "";
  }
  template <typename Append>
  std::string encode(Append append) const {
    std::size_t torn = 0;
    return encode(append, torn);
  }
};

// A span with ids, a name and times: 1,000,000,000,123,456 ns after the epoch, and 2,345,678 ns long.
proto::Span minimal_span();
// One that has everything that a span can have.
proto::Span full_span();
// A service, a scope with a version and an attribute, and the full span.
OtlpBatch full_batch();
// The bytes of every prefix of the full span that is no Span message.
std::vector<std::string> torn_spans();

void set(proto::KeyValue& attribute, const std::string& key, const std::string& value);

}  // namespace container_kit::telemetry::test
