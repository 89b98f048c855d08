#include "protocol/metrics_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>

#include "metrics/exponential.h"
#include "protocol/console.h"

namespace container_kit::telemetry::protocol {
namespace {

using metrics::MetricData;

constexpr std::size_t kWidestColumn = 60;

template <typename... Args>
std::string printed(const char* format, Args... args) {
  std::array<char, 96> text{};
  const int size = std::snprintf(text.data(), text.size(), format, args...);
  return {text.data(), static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(text.size()) - 1))};
}

std::string format_bytes(double bytes) {
  constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  constexpr double kStep = 1024;
  std::size_t unit = 0;
  for (; std::abs(bytes) >= kStep && unit + 1 < kUnits.size(); ++unit) bytes /= kStep;
  return printed(unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
}

std::string format_attribute(const AttributeValue& value) {
  switch (value.type()) {
    case AttributeValue::Type::kBool:
      return value.as_bool() ? "true" : "false";
    case AttributeValue::Type::kInt:
      return std::to_string(value.as_int());
    case AttributeValue::Type::kDouble:
      return printed("%g", value.as_double());
    default:
      return visible(value.as_string());
  }
}

std::string format_labels(const metrics::PackedSet& set) {
  std::string out;
  set.for_each([&out](const Attribute& attribute) {
    if (!out.empty()) out += ' ';
    out += visible(attribute.key) + '=' + format_attribute(attribute.value);
  });
  return out;
}

// Buckets as a distribution: counts, and where each begins and ends.
struct Distribution {
  std::vector<std::uint64_t> counts;
  std::vector<double> ends;
  double min = 0;
  double max = 0;
  std::uint64_t count = 0;

  // The value below which that part of the measurements lies, as if they lay evenly within each bucket.
  double quantile(double part) const {
    const double rank = part * static_cast<double>(count);
    double below = 0;
    double begin = min;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const auto here = static_cast<double>(counts[i]);
      const double end = std::min(ends[i], max);
      if (here > 0 && below + here >= rank) {
        const double first = std::clamp(begin, min, max);
        return first + (end - first) * std::clamp((rank - below) / here, 0.0, 1.0);
      }
      below += here;
      begin = ends[i];
    }
    return max;
  }
};

std::string format_distribution(const Distribution& all, double sum, const std::string& unit) {
  const auto value = [&unit](double number) { return format_value(number, unit); };
  if (all.count == 1) return "1 time, " + value(sum);
  return std::to_string(all.count) + " times, " + value(sum / static_cast<double>(all.count)) + " mean, " +
         value(all.quantile(0.5)) + " median, " + value(all.quantile(0.99)) + " p99, " + value(all.max) +
         " max";
}

std::string format_histogram(const MetricData& metric, const metrics::HistogramPoint& point) {
  const auto counts = metric.counts.subspan(point.first_bucket, metric.info->boundaries.size() + 1);
  Distribution all{
      {counts.begin(), counts.end()}, metric.info->boundaries, point.min, point.max, point.count};
  all.ends.push_back(point.max);
  return format_distribution(all, point.sum, metric.info->unit);
}

std::string format_exponential(const MetricData& metric, const metrics::ExponentialPoint& point) {
  Distribution all{{point.zero_count}, {0}, point.min, point.max, point.count};
  for (std::uint32_t i = 0; i < point.positive.size; ++i) {
    const std::int32_t index = point.positive.offset + static_cast<std::int32_t>(i) + 1;
    all.counts.push_back(metric.counts[point.positive.first + i]);
    all.ends.push_back(metrics::exponential_bound(index, point.scale));
  }
  return format_distribution(all, point.sum, metric.info->unit);
}

// Bytes that do not begin a character are not columns.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t own = width_of(text);
  return text + std::string(own < width ? width - own : 0, ' ');
}

}  // namespace

std::string format_value(double value, const std::string& unit) {
  constexpr double kNanoseconds = 1e9;
  constexpr double kLongest = 9e9;  // seconds that an int64 of nanoseconds holds
  constexpr double kExact = 1e15;
  constexpr double kManyDigits = 1e4;
  if (unit == "s" && value >= 0 && value < kLongest / 10) {
    return format_duration(std::llround(value * kNanoseconds));
  }
  if (unit == "By") return format_bytes(value);
  const double size = std::abs(value);
  const bool is_whole = size < kExact && (value == std::round(value) || size >= kManyDigits);
  std::string text = printed(is_whole ? "%.0f" : "%.4g", value);
  // {request} and the like are what is counted; 1 is no unit.
  if (!unit.empty() && unit != "1" && unit.front() != '{') text += ' ' + visible(unit);
  return text;
}

void MetricsTable::add_row(const metrics::MetricInfo& info, const metrics::Series& series,
                           std::string value) {
  const bool is_first = std::exchange(last_, &info) != &info;
  rows_.push_back(
      {is_first ? visible(info.name) : std::string(), format_labels(series.set()), std::move(value)});
}

void MetricsTable::add(const MetricData& metric) {
  const metrics::MetricInfo& info = *metric.info;
  for (const metrics::NumberPoint& point : metric.numbers) {
    const double value = info.integer ? static_cast<double>(static_cast<std::int64_t>(point.bits))
                                      : std::bit_cast<double>(point.bits);
    if (value == 0) {
      ++at_zero_;
    } else {
      add_row(info, *point.series, format_value(value, info.unit));
    }
  }
  for (const metrics::HistogramPoint& point : metric.histograms) {
    if (point.count == 0) {
      ++at_zero_;
    } else {
      add_row(info, *point.series, format_histogram(metric, point));
    }
  }
  for (const metrics::ExponentialPoint& point : metric.exponentials) {
    if (point.count == 0) {
      ++at_zero_;
    } else {
      add_row(info, *point.series, format_exponential(metric, point));
    }
  }
}

std::string MetricsTable::take(std::int64_t unix_nanoseconds, bool coloured) {
  const std::string bold = coloured ? "\x1b[1m" : "";
  const std::string dim = coloured ? "\x1b[2m" : "";
  const std::string plain = coloured ? "\x1b[0m" : "";
  std::size_t names = 0;
  std::size_t labels = 0;
  for (const Row& row : rows_) {
    names = std::min(std::max(names, width_of(row.name)), kWidestColumn);
    labels = std::min(std::max(labels, width_of(row.labels)), kWidestColumn);
  }
  std::string out = bold + "metrics  " + format_time(unix_nanoseconds) + plain + "\n";
  for (const Row& row : rows_) {
    out += "  " + padded(row.name, names) + "  " + dim + padded(row.labels, labels) + plain + "  " +
           row.value + "\n";
  }
  if (at_zero_ > 0) {
    out += "  " + dim + std::to_string(at_zero_) + " series at 0" + plain + "\n";
  }
  rows_.clear();
  last_ = nullptr;
  at_zero_ = 0;
  return out;
}

}  // namespace container_kit::telemetry::protocol
