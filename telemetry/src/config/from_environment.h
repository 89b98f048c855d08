// Config::from_env() with a seam: the variables come from `lookup`.
#pragma once

#include <container_kit/telemetry/config.h>

#include "config/environment.h"

namespace container_kit::telemetry::config {

Config from_environment(const Lookup& lookup);

}  // namespace container_kit::telemetry::config
