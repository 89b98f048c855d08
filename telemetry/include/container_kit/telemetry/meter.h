// Meter: makes the instruments of one library or program part, its scope.
//
// Asking twice for an instrument with the same definition gives the same instrument. Asking with a definition
// that contradicts the first (another kind, unit or type) is reported once, with both.
//
// Thread safety: every member may be called from any thread.
// Ownership: a handle; instruments keep what they need alive.
// Errors: an invalid name is reported once, and the instrument does nothing.
#pragma once

#include <memory>
#include <string_view>

#include <container_kit/telemetry/instruments.h>
#include <container_kit/telemetry/observable.h>

namespace container_kit::telemetry {

struct MeterOptions {
  std::string_view version = {};
  std::string_view schema_url = {};
  Attributes attributes = {};
};

namespace metrics {
class MeterState;
}

class Meter {
 public:
  // Of a provider that does not exist: its instruments do nothing.
  Meter() noexcept = default;
  explicit Meter(std::shared_ptr<metrics::MeterState> state) noexcept : state_(std::move(state)) {}

  template <MeasurementValue T>
  Counter<T> counter(std::string_view name, const InstrumentOptions& options = {}) noexcept {
    return Counter<T>(make<T>(InstrumentKind::kCounter, name, options));
  }
  template <MeasurementValue T>
  UpDownCounter<T> up_down_counter(std::string_view name, const InstrumentOptions& options = {}) noexcept {
    return UpDownCounter<T>(make<T>(InstrumentKind::kUpDownCounter, name, options));
  }
  template <MeasurementValue T>
  Gauge<T> gauge(std::string_view name, const InstrumentOptions& options = {}) noexcept {
    return Gauge<T>(make<T>(InstrumentKind::kGauge, name, options));
  }
  template <MeasurementValue T>
  Histogram<T> histogram(std::string_view name, const InstrumentOptions& options = {}) noexcept {
    return Histogram<T>(make<T>(InstrumentKind::kHistogram, name, options));
  }

  // Observable instruments (observable.h), each with its own callback or, without one, for use in observe().
  template <MeasurementValue T>
  Observable<T> observable_counter(std::string_view name, InstrumentOptions options = {},
                                   std::function<void(Observer<T>&)> callback = {}) noexcept {
    return observable<T>(InstrumentKind::kObservableCounter, name, std::move(options), std::move(callback));
  }
  template <MeasurementValue T>
  Observable<T> observable_up_down_counter(std::string_view name, InstrumentOptions options = {},
                                           std::function<void(Observer<T>&)> callback = {}) noexcept {
    return observable<T>(InstrumentKind::kObservableUpDownCounter, name, std::move(options),
                         std::move(callback));
  }
  template <MeasurementValue T>
  Observable<T> observable_gauge(std::string_view name, InstrumentOptions options = {},
                                 std::function<void(Observer<T>&)> callback = {}) noexcept {
    return observable<T>(InstrumentKind::kObservableGauge, name, std::move(options), std::move(callback));
  }
  // One callback for several observable instruments; `name` is what a report calls it.
  void observe(std::string_view name, ObservationCallback callback) noexcept;

 private:
  template <MeasurementValue T>
  Observable<T> observable(InstrumentKind kind, std::string_view name, InstrumentOptions options,
                           std::function<void(Observer<T>&)> callback) noexcept {
    const std::shared_ptr<detail::Instrument> instrument = make<T>(kind, name, std::move(options));
    Observable<T> made(instrument);
    if (callback && instrument != nullptr) {
      observe(name, [made, callback = std::move(callback)](Observations& out) {
        Observer<T> observer(out, made);
        callback(observer);
      });
    }
    return made;
  }
  template <MeasurementValue T>
  std::shared_ptr<detail::Instrument> make(InstrumentKind kind, std::string_view name,
                                           const InstrumentOptions& options) noexcept {
    return make_instrument(kind, std::same_as<T, std::int64_t>, name, options);
  }
  std::shared_ptr<detail::Instrument> make_instrument(InstrumentKind kind, bool integer,
                                                      std::string_view name,
                                                      const InstrumentOptions& options) noexcept;

  std::shared_ptr<metrics::MeterState> state_;
};

}  // namespace container_kit::telemetry
