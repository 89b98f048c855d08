// HttpExporter: spans or metrics by HTTP POST, in the format that the receiver reads.
//
//   OTLP         protobuf or JSON   /v1/traces      the request as it is, or as OTLP/JSON
//                                   /v1/metrics
//   Jaeger       Thrift             /api/traces     spans only, one POST a resource
//   Zipkin       JSON               /api/v2/spans   spans only, one POST a resource
//
// Source: opentelemetry.io, "OTLP Exporter" and "OTLP/HTTP": after 429, 502, 503, 504 and failed connections
// the request may be sent again, Retry-After is honoured; anything else is final. The other two are treated
// alike.
#pragma once

#include <string>

#include <container_kit/telemetry/otlp_options.h>

#include "config/endpoint.h"
#include "delivery/span_exporter.h"
#include "transport/header_source.h"
#include "transport/http_client.h"

namespace container_kit::telemetry::delivery {

enum class HttpFormat { kOtlpProtobuf, kOtlpJson, kJaegerThrift, kZipkinJson };

class HttpExporter : public SpanExporter {
 public:
  // `options.protocol` is not looked at: the format says it.
  HttpExporter(config::Signal signal, HttpFormat format, OtlpOptions options);

  SendResult send(std::string_view request, std::uint32_t span_count, base::Deadline deadline) override;
  void cancel() noexcept override { client_.cancel(); }
  bool can_resume() const noexcept override { return true; }
  void resume() noexcept override { client_.resume(); }
  std::string name() const override;  // otlp, jaeger, zipkin
  std::string endpoint() const override;
  std::string component() const override;

 private:
  SendResult post(std::string_view body, base::Deadline deadline);
  SendResult post_each_resource(std::string_view request, base::Deadline deadline);

  config::Signal signal_;
  HttpFormat format_;
  OtlpOptions options_;
  transport::HeaderSource headers_;
  transport::HttpClient client_;
  std::string body_;
  std::string compressed_;
};

}  // namespace container_kit::telemetry::delivery
