// Instruments: what a program records its measurements with.
//
//   auto requests = meter.counter<std::int64_t>("http_requests_total", {.description = "Requests
//   answered."}); requests.add(1, {{"http.method", "GET"}, {"http.status_code", 200}});      // the easy way
//   auto ok = requests.bind({{"http.method", "GET"}, {"http.status_code", 200}});
//   ok.add(1);                                                                 // the fast way
//
// A Counter only grows, an UpDownCounter goes both ways, a Gauge keeps the last value, a Histogram sorts
// values into buckets. Each comes for std::int64_t and double. Recording with a list looks the set up without
// allocating once the set is known; a bound instrument has the set looked up already, and its series stays
// for as long as the program runs, also when series expire. bind() makes the series at once, with the value
// 0.
//
// Thread safety: every member of every instrument may be called from any thread at once.
// Ownership: instruments are handles and cheap to copy, except on the hot path: keep them. A handle may
// outlive its MeterProvider; then it does nothing that anybody sees. Errors: nothing throws, and nothing is
// returned. A value that an instrument cannot take (NaN, an infinity, a negative value for a Counter or a
// Histogram) is skipped and counted, see MeterProvider::skipped(). A default constructed instrument does
// nothing.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/attribute.h>
#include <container_kit/telemetry/detail/cells.h>
#include <container_kit/telemetry/detail/histogram_cell.h>
#include <container_kit/telemetry/exemplar.h>

namespace container_kit::telemetry {

enum class InstrumentKind : std::uint8_t {
  kCounter,
  kUpDownCounter,
  kGauge,
  kHistogram,
  kObservableCounter,
  kObservableUpDownCounter,
  kObservableGauge,
};

// What the author of an instrument recommends; a view overrules it.
struct InstrumentOptions {
  std::string_view description = {};
  std::string_view unit = {};                                   // UCUM: "s", "By", "{request}"
  std::optional<std::vector<double>> boundaries = {};           // advice, histograms only
  std::optional<std::vector<std::string>> attribute_keys = {};  // advice: only these are kept
};

template <typename T>
concept MeasurementValue = std::same_as<T, std::int64_t> || std::same_as<T, double>;

namespace metrics {
class ExponentialLayout;
struct Series;
}  // namespace metrics

namespace detail {

class Instrument;
struct Binding;

// The attribute set of an instrument, found once. `instrument` keeps what the others point to alive.
struct BoundTarget {
  CellRef cell = {};                        // of the only series, where a plain add is all there is to do
  const HistogramLayout* layout = nullptr;  // of the only series, where it is an explicit histogram
  const metrics::ExponentialLayout* exponential = nullptr;  // or an exponential one
  // The only series, where its measurements become exemplars by their span.
  metrics::Series* sampled = nullptr;
  const Binding* binding = nullptr;  // every series of the set, one for each view
  std::shared_ptr<Instrument> instrument = {};
};

// The general way to record, for every kind of instrument and any number of views.
void record(Instrument& instrument, std::int64_t value, Attributes attributes) noexcept;
void record(Instrument& instrument, double value, Attributes attributes) noexcept;
// The same for a set that was found before. Does nothing for a default constructed target.
void record(const BoundTarget& target, std::int64_t value) noexcept;
void record(const BoundTarget& target, double value) noexcept;
// Counts the value in this thread's copy of an exponential histogram.
void record_exponential(const metrics::ExponentialLayout& layout, Word* cell, double value) noexcept;
// Offers the measurement to the exemplar reservoir of every series of the set.
void offer_exemplar(const BoundTarget& target, double value) noexcept;

BoundTarget bind(const std::shared_ptr<Instrument>& instrument, Attributes attributes) noexcept;

// False for NaN, infinities, and negative values where `monotonic`.
template <bool monotonic>
constexpr bool is_recordable(std::int64_t value) noexcept {
  return !monotonic || value >= 0;
}
template <bool monotonic>
constexpr bool is_recordable(double value) noexcept {
  constexpr double kMax = std::numeric_limits<double>::max();
  return value <= kMax && value >= (monotonic ? 0.0 : -kMax);
}

}  // namespace detail

template <MeasurementValue T, bool monotonic>
class BoundSum {
 public:
  using value_type = T;

  BoundSum() noexcept = default;
  explicit BoundSum(detail::BoundTarget target) noexcept : target_(std::move(target)) {}

  void add(T value) noexcept { apply(target_, value); }

  static void apply(const detail::BoundTarget& target, T value) noexcept {
    if (count(target, value) && detail::exemplar_wanted()) [[unlikely]] {
      detail::offer_exemplar(target, static_cast<double>(value));
    }
  }
  // Returns whether the value is still to be offered as exemplar.
  static bool count(const detail::BoundTarget& target, T value) noexcept {
    detail::Word* word = detail::find_cell(target.cell);
    if (word == nullptr || !detail::is_recordable<monotonic>(value)) [[unlikely]] {
      detail::record(target, value);
      return false;
    }
    detail::add_to_word(*word, value);
    return true;
  }
  const detail::BoundTarget& target() const noexcept { return target_; }

 private:
  detail::BoundTarget target_;
};

template <MeasurementValue T>
using BoundCounter = BoundSum<T, true>;
template <MeasurementValue T>
using BoundUpDownCounter = BoundSum<T, false>;

template <MeasurementValue T>
class BoundGauge {
 public:
  using value_type = T;

  BoundGauge() noexcept = default;
  explicit BoundGauge(detail::BoundTarget target) noexcept : target_(std::move(target)) {}
  void record(T value) noexcept { apply(target_, value); }

  static void apply(const detail::BoundTarget& target, T value) noexcept { detail::record(target, value); }
  static bool count(const detail::BoundTarget& target, T value) noexcept {
    detail::record(target, value);
    return false;
  }
  const detail::BoundTarget& target() const noexcept { return target_; }

 private:
  detail::BoundTarget target_;
};

template <MeasurementValue T>
class BoundHistogram {
 public:
  using value_type = T;

  BoundHistogram() noexcept = default;
  explicit BoundHistogram(detail::BoundTarget target) noexcept : target_(std::move(target)) {}

  void record(T value) noexcept { apply(target_, value); }

  static void apply(const detail::BoundTarget& target, T value) noexcept {
    if (count(target, value) && detail::exemplar_wanted()) [[unlikely]] {
      detail::offer_exemplar(target, static_cast<double>(value));
    }
  }
  // Returns whether the value is still to be offered as exemplar.
  static bool count(const detail::BoundTarget& target, T value) noexcept {
    detail::Word* cell = detail::find_cell(target.cell);
    if (cell == nullptr || !detail::is_recordable<true>(value)) [[unlikely]] {
      detail::record(target, value);
      return false;
    }
    if (target.layout != nullptr) [[likely]] {
      target.layout->record(cell, static_cast<double>(value));
    } else {
      detail::record_exponential(*target.exponential, cell, static_cast<double>(value));
    }
    return true;
  }
  const detail::BoundTarget& target() const noexcept { return target_; }

 private:
  detail::BoundTarget target_;
};

template <MeasurementValue T, bool monotonic>
class Sum {
 public:
  using value_type = T;
  using bound_type = BoundSum<T, monotonic>;

  Sum() noexcept = default;
  explicit Sum(std::shared_ptr<detail::Instrument> instrument) noexcept
      : instrument_(std::move(instrument)) {}

  void add(T value, Attributes attributes = {}) noexcept {
    if (instrument_ != nullptr) detail::record(*instrument_, value, attributes);
  }
  bound_type bind(Attributes attributes) const noexcept {
    return bound_type(detail::bind(instrument_, attributes));
  }
  const std::shared_ptr<detail::Instrument>& instrument() const noexcept { return instrument_; }

 private:
  std::shared_ptr<detail::Instrument> instrument_;
};

template <MeasurementValue T>
using Counter = Sum<T, true>;
template <MeasurementValue T>
using UpDownCounter = Sum<T, false>;

template <MeasurementValue T, typename Bound>
class Recorder {
 public:
  using value_type = T;
  using bound_type = Bound;

  Recorder() noexcept = default;
  explicit Recorder(std::shared_ptr<detail::Instrument> instrument) noexcept
      : instrument_(std::move(instrument)) {}

  void record(T value, Attributes attributes = {}) noexcept {
    if (instrument_ != nullptr) detail::record(*instrument_, value, attributes);
  }
  bound_type bind(Attributes attributes) const noexcept {
    return bound_type(detail::bind(instrument_, attributes));
  }
  const std::shared_ptr<detail::Instrument>& instrument() const noexcept { return instrument_; }

 private:
  std::shared_ptr<detail::Instrument> instrument_;
};

template <MeasurementValue T>
using Gauge = Recorder<T, BoundGauge<T>>;
template <MeasurementValue T>
using Histogram = Recorder<T, BoundHistogram<T>>;

}  // namespace container_kit::telemetry
