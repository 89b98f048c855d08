#include <exception>
#include <utility>

#include <container_kit/telemetry/meter_provider.h>

#include "metrics/core.h"

namespace container_kit::telemetry {

MeterProvider::MeterProvider(MetricsOptions options)
    : core_(std::make_shared<metrics::Core>(std::move(options))) {}

MeterProvider::~MeterProvider() {
  core_->stop();
}

Meter MeterProvider::meter(std::string_view name, MeterOptions options) noexcept {
  try {
    return Meter(std::shared_ptr<metrics::MeterState>(core_, &core_->meter(name, options)));
  } catch (const std::exception&) {
    return Meter();  // out of memory
  }
}

std::uint64_t MeterProvider::skipped() const noexcept {
  return core_->skipped();
}

std::shared_ptr<detail::Instrument> Meter::make_instrument(InstrumentKind kind, bool integer,
                                                           std::string_view name,
                                                           const InstrumentOptions& options) noexcept {
  try {
    if (state_ == nullptr) return nullptr;
    detail::Instrument* made = state_->core().instrument(state_->scope(), kind, integer, name, options);
    // Shares the ownership of the Core, which owns the instrument.
    return made == nullptr ? nullptr : std::shared_ptr<detail::Instrument>(state_, made);
  } catch (const std::exception&) {
    return nullptr;  // out of memory
  }
}

void Meter::observe(std::string_view name, ObservationCallback callback) noexcept {
  try {
    if (state_ != nullptr && callback) state_->core().callbacks().add(std::string(name), std::move(callback));
  } catch (const std::exception&) {
    // Out of memory: the values are missing.
  }
}

}  // namespace container_kit::telemetry
