// OtlpOptions: where one signal, traces or metrics, is sent by OTLP, and how.
//
// Config::from_env() fills one for each signal from OTEL_EXPORTER_OTLP_*, over which
// OTEL_EXPORTER_OTLP_TRACES_* and OTEL_EXPORTER_OTLP_METRICS_* win.
//
// Thread safety and ownership: a plain value that owns its strings. Source: OpenTelemetry specification,
// "OpenTelemetry Protocol Exporter".
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace container_kit::telemetry {

enum class OtlpProtocol { kHttpProtobuf, kHttpJson, kGrpc };

// zstd is an extension that the OpenTelemetry Collector understands; the specification knows gzip alone.
enum class OtlpCompression { kNone, kGzip, kZstd };

struct OtlpOptions {
  // Over HTTP the full URL. Over gRPC http://HOST:PORT, or https://HOST:PORT for TLS; a path is not used.
  std::string endpoint = {};                             // …_ENDPOINT
  OtlpProtocol protocol = OtlpProtocol::kHttpProtobuf;   // …_PROTOCOL: http/protobuf, http/json, grpc
  OtlpCompression compression = OtlpCompression::kNone;  // …_COMPRESSION: gzip, zstd, none
  std::chrono::milliseconds timeout{10'000};             // …_TIMEOUT; of one request
  std::map<std::string, std::string> headers = {};       // …_HEADERS
  // A file with one name=value a line, laid over `headers`, and read anew when it has changed, so that keys
  // can be rotated. Empty: none.
  std::string headers_file = {};  // …_HEADERS_FILE
  // Files in PEM. Empty: the system's certificate authorities, and no certificate of our own.
  std::string certificate = {};         // …_CERTIFICATE: whom we trust to have signed the receiver's
  std::string client_certificate = {};  // …_CLIENT_CERTIFICATE: ours
  std::string client_key = {};          // …_CLIENT_KEY: its private key
};

}  // namespace container_kit::telemetry
