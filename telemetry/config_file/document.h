// A whole configuration file, from its text.
#pragma once

#include <string>

#include "config/environment.h"

namespace container_kit::telemetry::config_file {

// `file` is what faults and sources call it. Never throws.
Config from_text(const std::string& text, const std::string& file, const config::Lookup& lookup) noexcept;

}  // namespace container_kit::telemetry::config_file
