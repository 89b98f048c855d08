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

enum class Signal { kTraces, kMetrics };

// OTEL_EXPORTER_OTLP_ENDPOINT's value as the signal's URL over HTTP: v1/traces or v1/metrics is appended, but
// not to a file's path. What exporter_at() finds to be another protocol's is a URL of traces alone: as it is
// for them, empty for metrics.
std::string signal_url(const std::string& endpoint, Signal signal);

// An endpoint for gRPC as a URL: HOST:PORT without a scheme is https://, or http:// where `insecure`.
std::string grpc_url(const std::string& endpoint, bool insecure);

// Whether the endpoint is on the port that OTLP/gRPC is registered for, with a scheme or without.
bool is_grpc_port(std::string_view endpoint);

// What is wrong with the URL, with what is allowed, or empty. `variable` is where it comes from.
std::string endpoint_fault(std::string_view variable, std::string_view url,
                           OtlpProtocol protocol = OtlpProtocol::kHttpProtobuf);

// A URL without the user and password that it may hold.
std::string without_credentials(const std::string& url);

}  // namespace container_kit::telemetry::config
