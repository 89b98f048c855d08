// How each command sets up telemetry: the environment's word, and what the command adds to it.
#pragma once

#include <container_kit/telemetry/config.h>

namespace container_kit::app {

telemetry::Config telemetry_of_server();

// `run` also prints the trace as a tree on stderr, unless OTEL_TRACES_EXPORTER says where traces go.
telemetry::Config telemetry_of_run();

}  // namespace container_kit::app
