// The exporters of a configuration file: tracer_provider's processors and meter_provider's readers.
#pragma once

#include "reader.h"

namespace container_kit::telemetry::config_file {

void read_tracer_provider(Reader& reader, const YAML::Node& node);
void read_meter_provider(Reader& reader, const YAML::Node& node);

}  // namespace container_kit::telemetry::config_file
