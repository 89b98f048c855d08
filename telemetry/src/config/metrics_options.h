// Where metrics are pushed to, and what must hold of it.
#pragma once

#include <string>
#include <vector>

#include <container_kit/telemetry/config.h>

namespace container_kit::telemetry::config {

// Appends a fault a line, beyond those of single settings.
void check_metrics_options(const Config& config, std::vector<std::string>& faults);

// Whether metrics are pushed there.
bool pushes_metrics_to(const Config& config, MetricsExporter exporter);

}  // namespace container_kit::telemetry::config
