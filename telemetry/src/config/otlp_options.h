// One signal's OtlpOptions from the environment.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <container_kit/telemetry/otlp_options.h>

#include "config/endpoint.h"
#include "config/environment.h"

namespace container_kit::telemetry::config {

// Reads OTEL_EXPORTER_OTLP_*, and over it the signal's own variables. Where no protocol is said, an endpoint
// on gRPC's port is gRPC's. What cannot be used is complained of, without the values of headers.
void read_otlp(Environment& env, Signal signal, OtlpOptions& options);

// Where OTLP goes when it was asked for without an endpoint.
std::string default_otlp_endpoint(Signal signal, OtlpProtocol protocol);

// A field's name and value that HTTP can carry (RFC 9110, 5.1 and 5.5): no line break or other control
// character, with which a value could smuggle in further headers.
bool is_header(std::string_view name, std::string_view value);

}  // namespace container_kit::telemetry::config
