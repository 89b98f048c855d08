// OTEL_PROPAGATORS: how contexts travel between processes.
#pragma once

#include <container_kit/telemetry/config.h>

#include "config/environment.h"

namespace container_kit::telemetry::config {

// Unknown names warn and are ignored; so is `none` beside others. Nothing that is known: the default stays.
void read_propagators(Environment& env, Config& config);

}  // namespace container_kit::telemetry::config
