// What a reader gets: one metric at a time, with its points, as views that live until the next one is read.
//
// Thread safety: used by one collecting thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <container_kit/telemetry/exemplar.h>
#include <container_kit/telemetry/views.h>

#include "metrics/series.h"

namespace container_kit::telemetry::metrics {

enum class Temporality : std::uint8_t { kCumulative, kDelta };

struct Scope {
  std::string name;
  std::string version;
  std::string schema_url;
  std::string packed_attributes;
  std::uint32_t attribute_count = 0;

  PackedSet attributes() const noexcept { return {packed_attributes.data(), attribute_count}; }
  bool operator==(const Scope&) const = default;
};

// The definition of a metric after views: what its consumers see.
struct MetricInfo {
  const Scope* scope = nullptr;
  std::string name;
  std::string description;
  std::string unit;
  InstrumentKind kind = InstrumentKind::kCounter;
  AggregationKind aggregation = AggregationKind::kSum;  // never kDefault or kDrop
  bool monotonic = false;
  bool integer = false;
  std::vector<double> boundaries;  // explicit histograms
};

struct NumberPoint {
  const Series* series;
  std::uint64_t start_unix_nano;
  std::uint64_t bits;  // an int64 or a double, as MetricInfo::integer says
};

struct HistogramPoint {
  const Series* series;
  std::uint64_t start_unix_nano;
  std::uint64_t count;
  double sum;
  double min;  // meaningless while count is 0
  double max;
  std::uint32_t first_bucket;  // index into MetricData::counts
};

// Bucket i of a side holds base^(offset+i) < |value| <= base^(offset+i+1), base = 2^(2^-scale).
struct ExponentialBuckets {
  std::int32_t offset = 0;
  std::uint32_t first = 0;  // index into MetricData::counts
  std::uint32_t size = 0;
};

struct ExponentialPoint {
  const Series* series;
  std::uint64_t start_unix_nano;
  std::uint64_t count;
  std::uint64_t zero_count;
  double sum;
  double min;
  double max;
  std::int32_t scale;
  ExponentialBuckets positive;
  ExponentialBuckets negative;
};

// Of the buffers' exemplars, those that belong to one point.
struct ExemplarRange {
  std::uint32_t first = 0;
  std::uint32_t size = 0;
};

struct MetricData {
  const MetricInfo* info = nullptr;
  Temporality temporality = Temporality::kCumulative;
  std::uint64_t time_unix_nano = 0;
  std::span<const NumberPoint> numbers;  // of the three, the one the aggregation asks for is filled
  std::span<const HistogramPoint> histograms;
  std::span<const ExponentialPoint> exponentials;
  std::span<const std::uint64_t> counts;
  std::span<const Exemplar> exemplars;
  std::span<const std::uint32_t> exemplar_places;  // the bucket of each, in an explicit histogram
  std::span<const ExemplarRange> ranges;           // for each point, or empty where there are no exemplars

  ExemplarRange exemplars_of(std::size_t point) const noexcept {
    return ranges.empty() ? ExemplarRange{} : ranges[point];
  }
};

// The memory behind a MetricData, kept between collections.
struct PointBuffers {
  std::vector<NumberPoint> numbers;
  std::vector<HistogramPoint> histograms;
  std::vector<ExponentialPoint> exponentials;
  std::vector<std::uint64_t> counts;
  std::vector<Exemplar> exemplars;
  std::vector<std::uint32_t> exemplar_places;
  std::vector<ExemplarRange> ranges;

  void clear() noexcept {
    exemplars.clear();
    exemplar_places.clear();
    ranges.clear();
    numbers.clear();
    histograms.clear();
    exponentials.clear();
    counts.clear();
  }
};

}  // namespace container_kit::telemetry::metrics
