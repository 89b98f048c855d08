// Observable instruments: values that are asked for when somebody collects, instead of being recorded.
//
//   auto memory = meter.observable_gauge<std::int64_t>("process.memory", {.unit = "By"},
//                                                      [](Observer<std::int64_t>& out) { out.observe(rss());
//                                                      });
//   auto a = meter.observable_counter<std::int64_t>("a");            // several at once:
//   auto b = meter.observable_counter<std::int64_t>("b");
//   meter.observe("a and b", [a, b](Observations& out) { out.observe(a, 1); out.observe(b, 2); });
//
// A callback runs once for each collection, on a thread of the library's own. One that throws is reported and
// gives no values that time. One that takes longer than MetricsOptions::callback_deadline is left behind: its
// name is reported, it is never called again, and collections go on without it. A series that a callback
// stops reporting disappears. Counters are observed as their whole value, not as an increment.
//
// Thread safety: observe() only within the callback, on its thread.
// Ownership: the provider owns callbacks until it ends; what they refer to must live as long, or longer if
// they may hang.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include <container_kit/telemetry/attribute.h>
#include <container_kit/telemetry/instruments.h>

namespace container_kit::telemetry {

namespace metrics {
class Staging;
}

template <MeasurementValue T>
class Observable {
 public:
  using value_type = T;

  Observable() noexcept = default;
  explicit Observable(std::weak_ptr<detail::Instrument> instrument) noexcept
      : instrument_(std::move(instrument)) {}
  const std::weak_ptr<detail::Instrument>& instrument() const noexcept { return instrument_; }

 private:
  // Weak, because callbacks that the provider owns hold these.
  std::weak_ptr<detail::Instrument> instrument_;
};

// What a callback reports to.
class Observations {
 public:
  explicit Observations(metrics::Staging& staging) noexcept : staging_(staging) {}

  template <MeasurementValue T>
  void observe(const Observable<T>& instrument, T value, Attributes attributes = {}) noexcept {
    put(instrument.instrument(), value, attributes);
  }

 private:
  void put(const std::weak_ptr<detail::Instrument>& instrument, std::int64_t value,
           Attributes attributes) noexcept;
  void put(const std::weak_ptr<detail::Instrument>& instrument, double value, Attributes attributes) noexcept;

  metrics::Staging& staging_;
};

// The same for the callback of a single instrument.
template <MeasurementValue T>
class Observer {
 public:
  Observer(Observations& out, const Observable<T>& instrument) noexcept
      : out_(out), instrument_(instrument) {}
  void observe(T value, Attributes attributes = {}) noexcept { out_.observe(instrument_, value, attributes); }

 private:
  Observations& out_;
  const Observable<T>& instrument_;
};

using ObservationCallback = std::function<void(Observations&)>;

}  // namespace container_kit::telemetry
