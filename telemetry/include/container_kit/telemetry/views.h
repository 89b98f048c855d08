// Views: how the program that runs a library decides what becomes of the library's measurements.
//
//   MetricsOptions options;
//   options.views.push_back({.select = {.instrument_name = "http.*"}, .exclude_keys = {{"user.id"}}});
//
// Every view that matches an instrument makes one metric of it; an instrument that none matches gets one by
// its own definition. A view that changes nothing but, say, the boundaries leaves the rest as the instrument
// has it.
//
// Thread safety: plain values, read while an instrument is created.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <container_kit/telemetry/instruments.h>

namespace container_kit::telemetry {

enum class AggregationKind : std::uint8_t {
  kDefault,  // by the kind of the instrument
  kDrop,
  kSum,
  kLastValue,
  kExplicitHistogram,
  kExponentialHistogram,  // base 2
};

struct Aggregation {
  AggregationKind kind = AggregationKind::kDefault;
  std::optional<std::vector<double>> boundaries = {};  // explicit: instead of the advised or the default ones
  std::uint32_t max_size = 160;                        // exponential: buckets on each side of zero
  int max_scale = 20;                                  // exponential: where the resolution starts
};

// Which instruments a view applies to: all the criteria that are set must hold.
struct InstrumentSelector {
  std::string instrument_name = "*";  // `*` any run of characters, `?` one; letters in any case
  std::optional<InstrumentKind> kind = {};
  std::optional<std::string> unit = {};
  std::optional<std::string> meter_name = {};
  std::optional<std::string> meter_version = {};
  std::optional<std::string> meter_schema_url = {};
};

struct View {
  InstrumentSelector select = {};
  std::optional<std::string> name = {};  // rename: only with a selector that can match a single instrument
  std::optional<std::string> description = {};
  Aggregation aggregation = {};
  std::optional<std::vector<std::string>> keep_keys = {};     // drop all attributes but these
  std::optional<std::vector<std::string>> exclude_keys = {};  // drop these
  std::optional<std::size_t> cardinality_limit = {};
};

}  // namespace container_kit::telemetry
