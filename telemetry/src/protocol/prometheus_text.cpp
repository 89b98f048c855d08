#include "protocol/prometheus_text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <new>

#include "metrics/exponential.h"
#include "protocol/prometheus_name.h"

namespace container_kit::telemetry::protocol {
namespace {

void append_integer(std::string& out, std::uint64_t value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void append_signed(std::string& out, std::int64_t value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

std::string_view labels_of(const metrics::Series& series) {
  if (series.label_text == nullptr && series.count != 0) {
    const std::string text = label_text(series.set());
    series.label_text = static_cast<char*>(::operator new[](text.size()));
    text.copy(series.label_text, text.size());
    series.label_size = static_cast<std::uint32_t>(text.size());
  }
  return {series.label_text, series.label_size};
}

// An upper bound of the characters in names and values: escapes count twice.
std::size_t characters_in(std::string_view labels) noexcept {
  return static_cast<std::size_t>(std::count_if(labels.begin(), labels.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not the inside of a UTF-8 character
  }));
}

// OpenMetrics allows 128 characters; what does not fit beside the ids is left out altogether.
std::string exemplar_labels(const Exemplar& exemplar) {
  constexpr std::size_t kMost = 128;
  std::string labels;
  if (exemplar.trace_id.is_valid()) {
    append_label(labels, "trace_id", exemplar.trace_id.to_hex());
    append_label(labels, "span_id", exemplar.span_id.to_hex());
  }
  const std::string filtered = label_text({exemplar.filtered.data(), exemplar.filtered_count});
  const std::size_t punctuation = 3 * (2 + std::size_t{exemplar.filtered_count});
  if (filtered.empty() || characters_in(labels) + characters_in(filtered) > kMost + punctuation)
    return labels;
  return labels.empty() ? filtered : labels + ',' + filtered;
}

// OpenMetrics names a counter's family without _total.
std::string_view family_name(const FamilyHead& family, ScrapeFormat format) noexcept {
  std::string_view name = family.name;
  if (format == ScrapeFormat::kOpenMetrics && family.type == "counter") name.remove_suffix(6);
  return name;
}

}  // namespace

void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    return;
  }
  constexpr double kExact = 9007199254740992.0;  // up to here integers are exact, and quicker to write
  if (value == std::trunc(value) && std::fabs(value) < kExact) {
    return append_signed(out, static_cast<std::int64_t>(value));
  }
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

std::string render_end(double boundary) {
  // From here down, Prometheus' own libraries write an exponent; a label must not depend on who wrote it.
  constexpr double kLeastFixed = 1e-4;
  constexpr double kMostFixed = 1e21;
  const double size = std::fabs(boundary);
  const bool fixed = size == 0 || (size >= kLeastFixed && size < kMostFixed);
  char buffer[64];
  const auto style = fixed ? std::chars_format::fixed : std::chars_format::scientific;
  std::string number(buffer, std::to_chars(buffer, buffer + sizeof buffer, boundary, style).ptr);
  if (fixed && number.find('.') == std::string::npos) number += ".0";
  return "le=\"" + number + '"';
}

std::vector<std::string> render_ends(std::span<const double> boundaries) {
  std::vector<std::string> ends;
  for (const double boundary : boundaries) ends.push_back(render_end(boundary));
  ends.emplace_back("le=\"+Inf\"");
  return ends;
}

void PrometheusText::head(const FamilyHead& family) {
  const std::string_view name = family_name(family, format_);
  if (!family.help.empty()) {
    out_.append("# HELP ").append(name).append(" ");
    append_escaped(out_, family.help, format_ == ScrapeFormat::kOpenMetrics);
    out_ += '\n';
  }
  out_.append("# TYPE ").append(name).append(" ").append(family.type).append("\n");
  // OpenMetrics wants the unit to be the end of the name.
  if (format_ == ScrapeFormat::kOpenMetrics && !family.unit.empty() && name.ends_with('_' + family.unit)) {
    out_.append("# UNIT ").append(name).append(" ").append(family.unit).append("\n");
  }
}

void PrometheusText::open_sample(std::string_view name, std::string_view suffix, std::string_view labels,
                                 std::string_view scope_labels, std::string_view end) {
  out_.append(name).append(suffix);
  char separator = '{';
  for (const std::string_view part : {labels, scope_labels, end}) {
    if (part.empty()) continue;
    out_ += separator;
    out_.append(part);
    separator = ',';
  }
  out_.append(separator == ',' ? "} " : " ");
}

void PrometheusText::exemplar(const metrics::MetricData& metric, metrics::ExemplarRange range,
                              std::uint32_t place) {
  if (format_ != ScrapeFormat::kOpenMetrics) return;
  for (std::uint32_t i = range.first; i < range.first + range.size; ++i) {
    if (metric.exemplar_places[i] != place) continue;
    const Exemplar& kept = metric.exemplars[i];
    out_.append(" # {").append(exemplar_labels(kept)).append("} ");
    append_double(out_, kept.value);
    // Seconds with milliseconds, which is what Prometheus keeps.
    const std::uint64_t milliseconds = kept.time_unix_nano / 1'000'000;
    out_ += ' ';
    append_integer(out_, milliseconds / 1000);
    const std::uint64_t rest = milliseconds % 1000;
    out_ += '.';
    for (const std::uint64_t digit : {rest / 100, rest / 10 % 10, rest % 10})
      out_ += static_cast<char>('0' + digit);
    return;
  }
}

void PrometheusText::number(const SampleStyle& style, const metrics::MetricData& metric, std::size_t index) {
  const metrics::NumberPoint& point = metric.numbers[index];
  open_sample(style.name, {}, labels_of(*point.series), style.scope_labels, {});
  if (metric.info->integer) {
    append_signed(out_, static_cast<std::int64_t>(point.bits));
  } else {
    append_double(out_, std::bit_cast<double>(point.bits));
  }
  // OpenMetrics has exemplars for counters and buckets only.
  const bool counter = metric.info->monotonic && metric.info->aggregation == AggregationKind::kSum;
  if (counter) exemplar(metric, metric.exemplars_of(index), 0);
  out_ += '\n';
}

void PrometheusText::bucket(const SampleStyle& style, std::string_view labels, std::string_view end,
                            std::uint64_t below) {
  open_sample(style.name, "_bucket", labels, style.scope_labels, end);
  append_integer(out_, below);
}

void PrometheusText::sum_and_count(const SampleStyle& style, std::string_view labels, double sum,
                                   std::uint64_t count) {
  open_sample(style.name, "_sum", labels, style.scope_labels, {});
  append_double(out_, sum);
  out_ += '\n';
  open_sample(style.name, "_count", labels, style.scope_labels, {});
  append_integer(out_, count);
  out_ += '\n';
}

void PrometheusText::histogram(const SampleStyle& style, const metrics::MetricData& metric,
                               std::size_t index) {
  const metrics::HistogramPoint& point = metric.histograms[index];
  const std::string_view labels = labels_of(*point.series);
  const std::uint64_t* counts = metric.counts.data() + point.first_bucket;
  std::uint64_t below = 0;
  for (std::uint32_t i = 0; i < style.ends.size(); ++i) {
    below += counts[i];
    bucket(style, labels, style.ends[i], below);
    exemplar(metric, metric.exemplars_of(index), i);
    out_ += '\n';
  }
  sum_and_count(style, labels, point.sum, point.count);
}

// Text has no native histograms. Powers of two are bounds at every scale from 0 up, so these buckets are
// exact and stay the same while the scale falls.
void PrometheusText::exponential(const SampleStyle& style, const metrics::ExponentialPoint& point,
                                 std::span<const std::uint64_t> counts) {
  const std::string_view labels = labels_of(*point.series);
  metrics::ExponentialCounts octaves{point.scale, point.positive.offset, {counts.begin(), counts.end()}, 0};
  octaves.reduce(std::min(point.scale, 0));
  std::uint64_t below = point.zero_count;
  for (std::size_t i = 0; i < octaves.counts.size(); ++i) {
    below += octaves.counts[i];
    const double end =
        metrics::exponential_bound(octaves.offset + static_cast<std::int32_t>(i) + 1, octaves.scale);
    if (!std::isfinite(end)) continue;
    bucket(style, labels, render_end(end), below);
    out_ += '\n';
  }
  bucket(style, labels, "le=\"+Inf\"", point.count);
  out_ += '\n';
  sum_and_count(style, labels, point.sum, point.count);
}

void PrometheusText::samples(const SampleStyle& style, const metrics::MetricData& metric) {
  for (std::size_t i = 0; i < metric.numbers.size(); ++i) number(style, metric, i);
  for (std::size_t i = 0; i < metric.histograms.size(); ++i) histogram(style, metric, i);
  for (const metrics::ExponentialPoint& point : metric.exponentials) {
    exponential(style, point, metric.counts.subspan(point.positive.first, point.positive.size));
  }
}

void PrometheusText::target_info(std::string_view labels) {
  const bool open = format_ == ScrapeFormat::kOpenMetrics;
  out_.append(open ? "# HELP target Target metadata\n# TYPE target info\n"
                   : "# HELP target_info Target metadata\n# TYPE target_info gauge\n");
  out_.append("target_info{").append(labels).append("} 1\n");
}

void PrometheusText::finish() {
  if (format_ == ScrapeFormat::kOpenMetrics) out_ += "# EOF\n";
}

}  // namespace container_kit::telemetry::protocol
