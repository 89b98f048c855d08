// The settings of one signal's OtlpOptions, for the table of settings().
#pragma once

#include <string>
#include <vector>

#include "config/endpoint.h"
#include "config/setting.h"

namespace container_kit::telemetry::config {

// Appends those of otlp_traces or otlp_metrics.
void add_otlp_settings(std::vector<Setting>& all, Signal signal);

}  // namespace container_kit::telemetry::config
