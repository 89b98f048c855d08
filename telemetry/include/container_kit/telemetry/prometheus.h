// The scrape handler: every metric of a MeterProvider in the words of Prometheus.
//
//   PrometheusScraper scraper{provider, {.resource = {{"service.name", "container-kit"}}}};
//   ScrapeAnswer answer = scraper.answer(request["Accept"], request["Accept-Encoding"]);
//
// It has no listener of its own; any HTTP server can serve the answer. Names, units and labels follow the
// OpenTelemetry compatibility rules: units become words, a monotonic sum ends in _total once, what Prometheus
// does not take in a name becomes an underscore. Values are cumulative and carry no timestamps.
//
// Thread safety: every member may be called from any thread; scrapes of one provider take turns, and never
// stop threads that record.
// Ownership: keeps the provider's metrics alive; copies the resource.
// Errors: metrics that cannot be shown beside each other (one name, two types) are reported once through the
// provider's on_problem, and the first of them is shown.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <container_kit/telemetry/meter_provider.h>

namespace container_kit::telemetry {

enum class ScrapeFormat : std::uint8_t { kPrometheusText, kOpenMetrics };

// For the Content-Type header.
std::string_view content_type(ScrapeFormat format) noexcept;
// The format that suits an Accept header best; empty or unknown: Prometheus text.
ScrapeFormat choose_scrape_format(std::string_view accept) noexcept;

struct PrometheusOptions {
  Attributes resource = {};  // becomes target_info; empty: none
  bool scope_labels = true;  // otel_scope_name and otel_scope_version on every series
};

struct ScrapeAnswer {
  std::string_view content_type;
  std::string_view content_encoding;  // "gzip", or empty
  std::string body;
};

class PrometheusScraper {
 public:
  explicit PrometheusScraper(MeterProvider& provider, PrometheusOptions options = {});
  ~PrometheusScraper();
  PrometheusScraper(const PrometheusScraper&) = delete;
  PrometheusScraper& operator=(const PrometheusScraper&) = delete;

  // Appends the exposition to `out`. Nothing is appended when memory runs out.
  void scrape(std::string& out, ScrapeFormat format = ScrapeFormat::kPrometheusText) noexcept;

  // The whole answer to GET /metrics with these headers (empty where the request had none).
  ScrapeAnswer answer(std::string_view accept = {}, std::string_view accept_encoding = {}) noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace container_kit::telemetry
