// Variables in the values of a configuration file: ${VAR}, ${env:VAR}, ${VAR:-default}, and $$ for a $.
//
// Source: OpenTelemetry specification, "Configuration Data Model", environment variable substitution. What a
// variable holds is never looked at again, so no variable can bring in another, or any YAML.
#pragma once

#include <string>
#include <string_view>

#include <container_kit/telemetry/expected.h>

#include "config/environment.h"

namespace container_kit::telemetry::config_file {

// The error names the reference that makes no sense.
Expected<std::string> substitute(std::string_view text, const config::Lookup& lookup);

}  // namespace container_kit::telemetry::config_file
