// What a receiver of OTLP/JSON answers.
#pragma once

#include <string_view>

#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::protocol {

// The count of rejected spans or data points and the reason in an Export...ServiceResponse in JSON; zero and
// empty where all was taken or the text is no such message. Source: OTLP specification, "JSON Protobuf
// Encoding": 64-bit numbers are text, or numbers.
PartialSuccess parse_otlp_json_response(std::string_view text);

}  // namespace container_kit::telemetry::protocol
