// OTLP over HTTP: one POST a batch, with the retries that the specification allows.
//
// Source: opentelemetry.io, "OTLP Exporter" and "OTLP/HTTP": 429, 502, 503, 504 and failed connections are
// retried with exponential backoff and jitter, Retry-After is honoured; anything else is final.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/log.h"
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
  OtlpHttpExporter(OtlpHttpOptions options, base::Log& log);

  Expected<void> export_spans(const SpanBatch& batch, base::Deadline deadline) override;
  void cancel() noexcept override;
  std::string name() const override { return "otlp"; }
  std::string endpoint() const override;

 private:
  // True where it slept to the end, false where it was cancelled or the deadline leaves no time.
  bool back_off(int attempt, const transport::HttpResponse& response, base::Deadline deadline);
  void report_partial_success(const transport::HttpResponse& response);

  OtlpHttpOptions options_;
  base::Log& log_;
  transport::HttpClient client_;
  std::atomic<bool> cancelled_{false};
  std::string request_;
};

// A URL without the user and password that it may hold.
std::string without_credentials(const std::string& url);

}  // namespace container_kit::telemetry::delivery
