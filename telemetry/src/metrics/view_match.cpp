#include "metrics/view_match.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/glob.h"
#include "metrics/cell_arena.h"

namespace container_kit::telemetry::metrics {
namespace {

AggregationKind default_aggregation(InstrumentKind kind, AggregationKind histogram) noexcept {
  switch (kind) {
    case InstrumentKind::kGauge:
    case InstrumentKind::kObservableGauge:
      return AggregationKind::kLastValue;
    case InstrumentKind::kHistogram:
      return histogram;
    default:
      return AggregationKind::kSum;
  }
}

bool is_monotonic(InstrumentKind kind) noexcept {
  return kind == InstrumentKind::kCounter || kind == InstrumentKind::kObservableCounter ||
         kind == InstrumentKind::kHistogram;
}

bool is_usable(std::span<const double> boundaries) noexcept {
  const bool finite =
      std::all_of(boundaries.begin(), boundaries.end(), [](double b) { return std::isfinite(b); });
  const bool increasing =
      std::adjacent_find(boundaries.begin(), boundaries.end(), std::greater_equal<>()) == boundaries.end();
  constexpr std::size_t kMax = CellArena::kMaxRun / 2;
  return finite && increasing && boundaries.size() <= kMax;
}

std::vector<double> choose_boundaries(const View* view, const InstrumentOptions& advice,
                                      const InstrumentDefinition& definition, Problems& problems) {
  const std::optional<std::vector<double>>& asked =
      view != nullptr && view->aggregation.boundaries ? view->aggregation.boundaries : advice.boundaries;
  if (asked && is_usable(*asked)) return *asked;
  if (asked) {
    problems.report_once(
        "boundaries:" + definition.name,
        definition.describe() + ": boundaries must be finite and strictly increasing; the defaults are used");
  }
  return {default_boundaries().begin(), default_boundaries().end()};
}

KeyFilter make_filter(KeyFilter::Mode mode, std::vector<std::string> keys) {
  std::sort(keys.begin(), keys.end());
  return {mode, std::move(keys)};
}

KeyFilter choose_filter(const View* view, const InstrumentOptions& advice) {
  if (view != nullptr && view->keep_keys) return make_filter(KeyFilter::Mode::kKeep, *view->keep_keys);
  if (view != nullptr && view->exclude_keys)
    return make_filter(KeyFilter::Mode::kExclude, *view->exclude_keys);
  if (advice.attribute_keys) return make_filter(KeyFilter::Mode::kKeep, *advice.attribute_keys);
  return {};
}

// Sums need something to add up, and a last value needs a gauge: other combinations fall back to the default.
bool fits(AggregationKind aggregation, InstrumentKind kind) noexcept {
  const bool gauge = kind == InstrumentKind::kGauge || kind == InstrumentKind::kObservableGauge;
  switch (aggregation) {
    case AggregationKind::kSum:
      return !gauge;
    case AggregationKind::kLastValue:
      return gauge;
    case AggregationKind::kExplicitHistogram:
    case AggregationKind::kExponentialHistogram:
      return kind == InstrumentKind::kHistogram || kind == InstrumentKind::kCounter;
    default:
      return true;
  }
}

StreamOptions make_options(const View* view, const InstrumentDefinition& definition,
                           const InstrumentOptions& advice, const MetricsOptions& options,
                           Problems& problems) {
  StreamOptions stream;
  MetricInfo& info = stream.info;
  info.scope = definition.scope;
  info.name = view != nullptr && view->name ? *view->name : definition.name;
  info.description = view != nullptr && view->description ? *view->description : definition.description;
  info.unit = definition.unit;
  info.kind = definition.kind;
  info.integer = definition.integer;
  info.monotonic = is_monotonic(definition.kind);
  if (view != nullptr) stream.aggregation = view->aggregation;
  info.aggregation = stream.aggregation.kind;
  if (!fits(info.aggregation, definition.kind)) {
    problems.report_once("aggregation:" + definition.name,
                         definition.describe() + ": a view's aggregation does not fit; the default is used");
    info.aggregation = AggregationKind::kDefault;
  }
  if (info.aggregation == AggregationKind::kDefault) {
    info.aggregation = default_aggregation(definition.kind, options.default_histogram);
  }
  if (info.aggregation == AggregationKind::kExplicitHistogram) {
    info.boundaries = choose_boundaries(view, advice, definition, problems);
  }
  stream.filter = choose_filter(view, advice);
  stream.privacy = options.privacy.get();
  stream.cardinality_limit =
      view != nullptr && view->cardinality_limit ? *view->cardinality_limit : options.cardinality_limit;
  return stream;
}

}  // namespace

std::span<const double> default_boundaries() noexcept {
  static constexpr std::array<double, 15> kBoundaries = {0,   5,   10,   25,   50,   75,   100,  250,
                                                         500, 750, 1000, 2500, 5000, 7500, 10000};
  return kBoundaries;
}

bool matches(const InstrumentSelector& selector, const InstrumentDefinition& definition) noexcept {
  const auto equals = [](const std::optional<std::string>& wanted, const std::string& actual) {
    return !wanted || *wanted == actual;
  };
  return base::matches_glob(selector.instrument_name, definition.name) &&
         (!selector.kind || *selector.kind == definition.kind) && equals(selector.unit, definition.unit) &&
         equals(selector.meter_name, definition.scope->name) &&
         equals(selector.meter_version, definition.scope->version) &&
         equals(selector.meter_schema_url, definition.scope->schema_url);
}

std::vector<StreamOptions> stream_options(const InstrumentDefinition& definition,
                                          const InstrumentOptions& advice, const MetricsOptions& options,
                                          Problems& problems) {
  std::vector<StreamOptions> streams;
  bool matched = false;
  for (const View& view : options.views) {
    if (!matches(view.select, definition)) continue;
    matched = true;
    if (view.aggregation.kind == AggregationKind::kDrop) continue;
    streams.push_back(make_options(&view, definition, advice, options, problems));
  }
  if (!matched) streams.push_back(make_options(nullptr, definition, advice, options, problems));
  return streams;
}

}  // namespace container_kit::telemetry::metrics
