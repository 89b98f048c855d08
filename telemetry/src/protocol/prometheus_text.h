// Writes metrics in Prometheus text 0.0.4 or OpenMetrics: metric data in, text out.
//
// Thread safety: none; the scraper's lock covers it. The label text of a series is kept in the series, so
// that a set is rendered once in its life.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/prometheus.h>

#include "metrics/metric_data.h"

namespace container_kit::telemetry::protocol {

// One family: what HELP and TYPE stand over.
struct FamilyHead {
  std::string name;  // as samples carry it, _total included
  std::string type;  // counter, gauge, histogram
  std::string help;
  std::string unit;
};

// What is the same for all series of one metric.
struct SampleStyle {
  std::string name;
  std::string scope_labels;       // `otel_scope_name="…"`, or empty
  std::vector<std::string> ends;  // of explicit histograms: `le="0.1"`, the last one +Inf
};

class PrometheusText {
 public:
  PrometheusText(std::string& out, ScrapeFormat format) : out_(out), format_(format) {}

  void head(const FamilyHead& family);
  void samples(const SampleStyle& style, const metrics::MetricData& metric);
  void target_info(std::string_view labels);
  void finish();

 private:
  void number(const SampleStyle& style, const metrics::MetricData& metric, std::size_t index);
  void histogram(const SampleStyle& style, const metrics::MetricData& metric, std::size_t index);
  // Where the format has exemplars: ` # {trace_id="…",span_id="…"} value time`.
  void exemplar(const metrics::MetricData& metric, metrics::ExemplarRange range, std::uint32_t place);
  void exponential(const SampleStyle& style, const metrics::ExponentialPoint& point,
                   std::span<const std::uint64_t> counts);
  void bucket(const SampleStyle& style, std::string_view labels, std::string_view end, std::uint64_t below);
  void sum_and_count(const SampleStyle& style, std::string_view labels, double sum, std::uint64_t count);
  void open_sample(std::string_view name, std::string_view suffix, std::string_view labels,
                   std::string_view scope_labels, std::string_view end);

  std::string& out_;
  const ScrapeFormat format_;
};

// `le="…"` for each boundary and +Inf, written so that both formats and all versions agree: 1 is 1.0.
std::vector<std::string> render_ends(std::span<const double> boundaries);
std::string render_end(double boundary);
void append_double(std::string& out, double value);

}  // namespace container_kit::telemetry::protocol
