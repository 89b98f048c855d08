// Attribute values the way formats other than OTLP show them: arrays and maps as JSON, bytes in base64
// (OpenTelemetry, "Attribute" and "Transformation to non-OTLP formats").
//
// Throws protozero::exception where the value is torn; what was appended by then is the caller's to take
// back.
#pragma once

#include "base/append_buffer.h"
#include "protocol/otlp_reader.h"

namespace container_kit::telemetry::protocol {

void append_value_json(base::AppendBuffer& out, const OtlpValue& value, int depth = 0);

// {"key":value,...}
void append_attributes_json(base::AppendBuffer& out, const std::vector<OtlpAttribute>& attributes);

}  // namespace container_kit::telemetry::protocol
