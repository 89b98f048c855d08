// Turns an instrument's definition and the configured views into the streams it feeds.
//
// Pure functions; problems are reported to the given sink.
#pragma once

#include <span>
#include <vector>

#include <container_kit/telemetry/meter_provider.h>

#include "metrics/instrument.h"

namespace container_kit::telemetry::metrics {

bool matches(const InstrumentSelector& selector, const InstrumentDefinition& definition) noexcept;

// The streams to make; none where every matching view drops the instrument.
std::vector<StreamOptions> stream_options(const InstrumentDefinition& definition,
                                          const InstrumentOptions& advice, const MetricsOptions& options,
                                          Problems& problems);

// OpenTelemetry's default boundaries, made for milliseconds.
std::span<const double> default_boundaries() noexcept;

}  // namespace container_kit::telemetry::metrics
