// What an endpoint's URL says about who listens there.
//
// Source: the receivers' own documents: OTLP/HTTP is at /v1/traces on 4318, OTLP/gRPC on 4317, Jaeger takes
// Thrift at /api/traces on 14268, gRPC on 14250 and UDP on 6831 and 6832, Zipkin takes JSON at /api/v2/spans
// on 9411.
#pragma once

#include <string>
#include <string_view>

#include <container_kit/telemetry/config.h>

namespace container_kit::telemetry::config {

// By its scheme and path: file:// is a file of OTLP, /api/traces Jaeger, /api/v2/spans Zipkin, all else OTLP.
TracesExporter exporter_at(std::string_view url);

// OTEL_EXPORTER_OTLP_ENDPOINT's value as the URL of traces: v1/traces is appended, but not to a file's path
// and not to what exporter_at() finds to be another protocol's.
std::string traces_url(const std::string& endpoint);

// What is wrong with the URL, with what is allowed, or empty. `variable` is where it comes from.
std::string endpoint_fault(std::string_view variable, std::string_view url);

}  // namespace container_kit::telemetry::config
