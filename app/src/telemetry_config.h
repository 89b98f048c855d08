// How each command sets up telemetry: the word of the environment and of a file, and what the command adds.
#pragma once

#include <string>

#include <container_kit/telemetry/config.h>

namespace container_kit::app {

// `config_file` empty: the one that the environment names, if any.
telemetry::Config telemetry_of_server(const std::string& config_file);

// `run` also prints the trace as a tree on stderr, unless OTEL_TRACES_EXPORTER says where traces go.
telemetry::Config telemetry_of_run(const std::string& config_file);

}  // namespace container_kit::app
