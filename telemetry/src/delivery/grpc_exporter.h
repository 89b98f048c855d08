// GrpcExporter: OTLP requests by gRPC, each one POST over HTTP/2.
//
// Source: OTLP specification, "OTLP/gRPC"; protocol/grpc.h for what is read out of an answer. A connection
// that fails or a stream that is reset is as if the receiver were away: the request is sent again later.
#pragma once

#include <string>
#include <string_view>

#include <container_kit/telemetry/otlp_options.h>

#include "config/endpoint.h"
#include "delivery/span_exporter.h"
#include "transport/header_source.h"
#include "transport/http_client.h"

namespace container_kit::telemetry::delivery {

class GrpcExporter : public SpanExporter {
 public:
  GrpcExporter(config::Signal signal, OtlpOptions options);

  SendResult send(std::string_view request, std::uint32_t span_count, base::Deadline deadline) override;
  void cancel() noexcept override { client_.cancel(); }
  bool can_resume() const noexcept override { return true; }
  void resume() noexcept override { client_.resume(); }
  std::string name() const override { return "otlp_grpc"; }
  std::string endpoint() const override;

 private:
  SendResult post(base::Deadline deadline, bool is_compressed);
  SendResult result_of(const transport::HttpResponse& response) const;

  OtlpOptions options_;
  std::string url_;
  std::string where_;  // the beginning of what is said of a failure
  transport::HeaderSource headers_;
  transport::HttpClient client_;
  std::string frame_;
  std::string compressed_;
};

}  // namespace container_kit::telemetry::delivery
