// Config::from_env() with seams: the variables come from `lookup`, and a file's values go between the preset
// and them.
#pragma once

#include <functional>
#include <string>

#include <container_kit/telemetry/config.h>

#include "config/environment.h"

namespace container_kit::telemetry::config {

// What a file says: the preset, where no variable names one, and the values laid over it.
struct Overlay {
  std::string preset = {};
  std::function<void(Config& config)> apply = nullptr;
};

Config from_environment(const Lookup& lookup, const Overlay& file = {});

}  // namespace container_kit::telemetry::config
