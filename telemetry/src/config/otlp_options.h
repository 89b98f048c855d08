// OTLP's part of the configuration: what HTTP can carry, and where OTLP goes by default.
#pragma once

#include <string>
#include <string_view>

#include <container_kit/telemetry/otlp_options.h>

#include "config/endpoint.h"

namespace container_kit::telemetry::config {

// Where OTLP goes when it was asked for without an endpoint.
std::string default_otlp_endpoint(Signal signal, OtlpProtocol protocol);

// A field's name and value that HTTP can carry (RFC 9110, 5.1 and 5.5): no line break or other control
// character, with which a value could smuggle in further headers.
bool is_header(std::string_view name, std::string_view value);

}  // namespace container_kit::telemetry::config
