#include "protocol/otlp_metrics.h"

#include <algorithm>
#include <bit>

#include <protozero/pbf_writer.hpp>

#include "base/utf8.h"

namespace container_kit::telemetry::protocol {
namespace {

using metrics::MetricData;
using protozero::pbf_writer;

void add_text(pbf_writer& message, protozero::pbf_tag_type field, std::string_view text) {
  if (base::is_valid_utf8(text)) {
    message.add_string(field, text.data(), text.size());
  } else {
    message.add_string(field, base::sanitize_utf8(text));
  }
}

void add_text_if_any(pbf_writer& message, protozero::pbf_tag_type field, std::string_view text) {
  if (!text.empty()) add_text(message, field, text);
}

// AnyValue: 1 string_value, 2 bool_value, 3 int_value, 4 double_value.
void add_value(pbf_writer& message, const AttributeValue& value) {
  pbf_writer any(message, 2);
  switch (value.type()) {
    case AttributeValue::Type::kBool:
      any.add_bool(2, value.as_bool());
      break;
    case AttributeValue::Type::kInt:
      any.add_int64(3, value.as_int());
      break;
    case AttributeValue::Type::kDouble:
      any.add_double(4, value.as_double());
      break;
    default:  // packed sets hold nothing else
      add_text(any, 1, value.as_string());
  }
}

// KeyValue: 1 key, 2 value.
void add_attributes(pbf_writer& message, protozero::pbf_tag_type field, const metrics::PackedSet& set) {
  set.for_each([&](const Attribute& attribute) {
    pbf_writer key_value(message, field);
    add_text(key_value, 1, attribute.key);
    add_value(key_value, attribute.value);
  });
}

// Exemplar: 2 time_unix_nano, 3 as_double, 4 span_id, 5 trace_id, 6 as_int, 7 filtered_attributes.
void add_exemplars(pbf_writer& point, protozero::pbf_tag_type field, const MetricData& metric,
                   std::size_t index) {
  const metrics::ExemplarRange range = metric.exemplars_of(index);
  for (const Exemplar& exemplar : metric.exemplars.subspan(range.first, range.size)) {
    pbf_writer message(point, field);
    add_attributes(message, 7, {exemplar.filtered.data(), exemplar.filtered_count});
    message.add_fixed64(2, exemplar.time_unix_nano);
    if (metric.info->integer) {
      message.add_sfixed64(6, static_cast<std::int64_t>(exemplar.value));
    } else {
      message.add_double(3, exemplar.value);
    }
    const auto add_id = [&message](protozero::pbf_tag_type id_field, const auto& id) {
      if (id.is_valid()) {
        message.add_bytes(id_field, reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
      }
    };
    add_id(4, exemplar.span_id);
    add_id(5, exemplar.trace_id);
  }
}

// NumberDataPoint: 2 start_time_unix_nano, 3 time_unix_nano, 4 as_double, 5 exemplars, 6 as_int,
// 7 attributes. A gauge has no beginning.
void add_number(pbf_writer& data, const MetricData& metric, std::size_t index) {
  const metrics::NumberPoint& point = metric.numbers[index];
  pbf_writer message(data, 1);
  add_attributes(message, 7, point.series->set());
  if (metric.info->aggregation == AggregationKind::kSum) message.add_fixed64(2, point.start_unix_nano);
  message.add_fixed64(3, metric.time_unix_nano);
  if (metric.info->integer) {
    message.add_sfixed64(6, static_cast<std::int64_t>(point.bits));
  } else {
    message.add_double(4, std::bit_cast<double>(point.bits));
  }
  add_exemplars(message, 5, metric, index);
}

// HistogramDataPoint: 2 start_time_unix_nano, 3 time_unix_nano, 4 count, 5 sum, 6 bucket_counts,
// 7 explicit_bounds, 8 exemplars, 9 attributes, 11 min, 12 max.
void add_histogram(pbf_writer& data, const MetricData& metric, std::size_t index) {
  const metrics::HistogramPoint& point = metric.histograms[index];
  const std::vector<double>& bounds = metric.info->boundaries;
  const auto counts = metric.counts.subspan(point.first_bucket, bounds.size() + 1);
  pbf_writer message(data, 1);
  add_attributes(message, 9, point.series->set());
  message.add_fixed64(2, point.start_unix_nano);
  message.add_fixed64(3, metric.time_unix_nano);
  message.add_fixed64(4, point.count);
  message.add_double(5, point.sum);
  message.add_packed_fixed64(6, counts.begin(), counts.end());
  message.add_packed_double(7, bounds.begin(), bounds.end());
  add_exemplars(message, 8, metric, index);
  if (point.count == 0) return;
  message.add_double(11, point.min);
  message.add_double(12, point.max);
}

// Buckets: 1 offset, 2 bucket_counts.
void add_buckets(pbf_writer& point, protozero::pbf_tag_type field, const metrics::ExponentialBuckets& buckets,
                 const MetricData& metric) {
  if (buckets.size == 0) return;
  const auto counts = metric.counts.subspan(buckets.first, buckets.size);
  pbf_writer message(point, field);
  message.add_sint32(1, buckets.offset);
  message.add_packed_uint64(2, counts.begin(), counts.end());
}

// ExponentialHistogramDataPoint: 1 attributes, 2 start_time_unix_nano, 3 time_unix_nano, 4 count, 5 sum,
// 6 scale, 7 zero_count, 8 positive, 9 negative, 11 exemplars, 12 min, 13 max.
void add_exponential(pbf_writer& data, const MetricData& metric, std::size_t index) {
  const metrics::ExponentialPoint& point = metric.exponentials[index];
  pbf_writer message(data, 1);
  add_attributes(message, 1, point.series->set());
  message.add_fixed64(2, point.start_unix_nano);
  message.add_fixed64(3, metric.time_unix_nano);
  message.add_fixed64(4, point.count);
  message.add_double(5, point.sum);
  message.add_sint32(6, point.scale);
  message.add_fixed64(7, point.zero_count);
  add_buckets(message, 8, point.positive, metric);
  add_buckets(message, 9, point.negative, metric);
  add_exemplars(message, 11, metric, index);
  if (point.count == 0) return;
  message.add_double(12, point.min);
  message.add_double(13, point.max);
}

// Metric's field for the data: 5 gauge, 7 sum, 9 histogram, 10 exponential_histogram.
protozero::pbf_tag_type data_field(const metrics::MetricInfo& info) {
  switch (info.aggregation) {
    case AggregationKind::kExplicitHistogram:
      return 9;
    case AggregationKind::kExponentialHistogram:
      return 10;
    case AggregationKind::kSum:
      return 7;
    default:
      return 5;
  }
}

// Gauge, Sum, Histogram, ExponentialHistogram: 1 data_points, 2 aggregation_temporality, 3 is_monotonic.
void add_data(pbf_writer& metric_message, const MetricData& metric) {
  constexpr std::int32_t kDelta = 1;
  constexpr std::int32_t kCumulative = 2;
  const protozero::pbf_tag_type field = data_field(*metric.info);
  pbf_writer data(metric_message, field);
  for (std::size_t i = 0; i < metric.numbers.size(); ++i) add_number(data, metric, i);
  for (std::size_t i = 0; i < metric.histograms.size(); ++i) add_histogram(data, metric, i);
  for (std::size_t i = 0; i < metric.exponentials.size(); ++i) add_exponential(data, metric, i);
  if (metric.info->aggregation == AggregationKind::kLastValue) return;
  data.add_enum(2, metric.temporality == metrics::Temporality::kDelta ? kDelta : kCumulative);
  if (metric.info->aggregation == AggregationKind::kSum) data.add_bool(3, metric.info->monotonic);
}

// InstrumentationScope: 1 name, 2 version, 3 attributes.
void add_scope(pbf_writer& scope_metrics, const metrics::Scope& scope) {
  pbf_writer message(scope_metrics, 1);
  add_text_if_any(message, 1, scope.name);
  add_text_if_any(message, 2, scope.version);
  add_attributes(message, 3, scope.attributes());
}

}  // namespace

std::string& OtlpMetricsWriter::metrics_of(const metrics::Scope& scope) {
  const auto found = std::find_if(scopes_.begin(), scopes_.end(),
                                  [&](const ScopeMetrics& one) { return one.scope == &scope; });
  return found != scopes_.end() ? found->metrics : scopes_.emplace_back(ScopeMetrics{&scope, {}}).metrics;
}

// Metric: 1 name, 2 description, 3 unit.
void OtlpMetricsWriter::add(const MetricData& metric) {
  std::string& metrics = metrics_of(*metric.info->scope);
  pbf_writer scope_metrics(metrics);
  pbf_writer message(scope_metrics, 2);
  add_text(message, 1, metric.info->name);
  add_text_if_any(message, 2, metric.info->description);
  add_text_if_any(message, 3, metric.info->unit);
  add_data(message, metric);
  points_ += static_cast<std::uint32_t>(metric.numbers.size() + metric.histograms.size() +
                                        metric.exponentials.size());
}

// ExportMetricsServiceRequest: 1 resource_metrics. ResourceMetrics: 1 resource, 2 scope_metrics, 3
// schema_url. ScopeMetrics: 1 scope, 2 metrics, 3 schema_url.
std::string OtlpMetricsWriter::take(std::string_view resource, std::string_view resource_schema_url) {
  std::string request;
  if (!scopes_.empty()) {
    pbf_writer message(request);
    pbf_writer resource_metrics(message, 1);
    if (!resource.empty()) resource_metrics.add_message(1, resource.data(), resource.size());
    for (const ScopeMetrics& scope : scopes_) {
      pbf_writer scope_metrics(resource_metrics, 2);
      add_scope(scope_metrics, *scope.scope);
      request += scope.metrics;  // where scope_metrics ends for now
      add_text_if_any(scope_metrics, 3, scope.scope->schema_url);
    }
    add_text_if_any(resource_metrics, 3, resource_schema_url);
  }
  scopes_.clear();
  points_ = 0;
  return request;
}

}  // namespace container_kit::telemetry::protocol
