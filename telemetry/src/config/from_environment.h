// Config::from_env() with seams: the variables come from `lookup`, and a file's values go between the preset
// and them.
#pragma once

#include <functional>

#include <container_kit/telemetry/config.h>

#include "config/environment.h"

namespace container_kit::telemetry::config {

// Lays a file's values over the preset.
using Overlay = std::function<void(Config& config)>;

Config from_environment(const Lookup& lookup, const Overlay& file = nullptr);

// The process's own variables.
std::string lookup_process_environment(const char* name);

}  // namespace container_kit::telemetry::config
