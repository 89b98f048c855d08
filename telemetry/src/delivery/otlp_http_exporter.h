// OTLP over HTTP: one POST a parcel.
//
// Source: opentelemetry.io, "OTLP Exporter" and "OTLP/HTTP": after 429, 502, 503, 504 and failed connections
// the request may be sent again, Retry-After is honoured; anything else is final.
#pragma once

#include <map>
#include <string>

#include "delivery/span_exporter.h"
#include "transport/http_client.h"

namespace container_kit::telemetry::delivery {

struct OtlpHttpOptions {
  std::string url;
  std::map<std::string, std::string> headers;
  std::chrono::milliseconds timeout{10'000};
};

class OtlpHttpExporter : public SpanExporter {
 public:
  explicit OtlpHttpExporter(OtlpHttpOptions options);

  SendResult send(std::string_view request, std::uint32_t span_count, base::Deadline deadline) override;
  void cancel() noexcept override;
  std::string name() const override { return "otlp"; }
  std::string endpoint() const override;

 private:
  OtlpHttpOptions options_;
  transport::HttpClient client_;
};

// A URL without the user and password that it may hold.
std::string without_credentials(const std::string& url);

}  // namespace container_kit::telemetry::delivery
