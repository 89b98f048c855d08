// What the environment says of metrics, and what must hold of it.
//
// Source: OpenTelemetry specification, "Environment Variable Specification" and "OTLP Metrics Exporter".
#pragma once

#include <string>
#include <vector>

#include <container_kit/telemetry/config.h>

#include "config/environment.h"

namespace container_kit::telemetry::config {

// All but OtlpOptions. After those: it may need their endpoint's default.
void read_metrics_options(Environment& env, Config& config);

// Appends a fault a line.
void check_metrics_options(const Config& config, std::vector<std::string>& faults);

// Whether metrics are pushed there.
bool pushes_metrics_to(const Config& config, MetricsExporter exporter);

}  // namespace container_kit::telemetry::config
