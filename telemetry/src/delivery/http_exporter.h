// HttpExporter: spans by HTTP POST, in the format that the receiver reads.
//
//   OTLP         protobuf or JSON   /v1/traces      the request as it is, or as OTLP/JSON
//   Jaeger       Thrift             /api/traces     one POST a resource
//   Zipkin       JSON               /api/v2/spans   one POST a resource
//
// Source: opentelemetry.io, "OTLP Exporter" and "OTLP/HTTP": after 429, 502, 503, 504 and failed connections
// the request may be sent again, Retry-After is honoured; anything else is final. The other two are treated
// alike.
#pragma once

#include <map>
#include <string>

#include "delivery/span_exporter.h"
#include "transport/http_client.h"

namespace container_kit::telemetry::delivery {

enum class TracesFormat { kOtlpProtobuf, kOtlpJson, kJaegerThrift, kZipkinJson };

struct HttpExporterOptions {
  TracesFormat format = TracesFormat::kOtlpProtobuf;
  std::string url = {};
  std::map<std::string, std::string> headers = {};
  std::chrono::milliseconds timeout{10'000};
  bool gzip = false;
};

class HttpExporter : public SpanExporter {
 public:
  explicit HttpExporter(HttpExporterOptions options) : options_(std::move(options)) {}

  SendResult send(std::string_view request, std::uint32_t span_count, base::Deadline deadline) override;
  void cancel() noexcept override { client_.cancel(); }
  std::string name() const override;  // otlp, jaeger, zipkin
  std::string endpoint() const override;
  std::string component_type() const override;

 private:
  SendResult post(std::string_view body, base::Deadline deadline);
  SendResult post_each_resource(std::string_view request, base::Deadline deadline);

  HttpExporterOptions options_;
  transport::HttpClient client_;
  std::string body_;
  std::string compressed_;
};

// A URL without the user and password that it may hold.
std::string without_credentials(const std::string& url);

}  // namespace container_kit::telemetry::delivery
