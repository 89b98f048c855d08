// Attributes in OTLP/JSON: {"key":"k","value":{"intValue":"5"}}.
#pragma once

#include <vector>

#include "base/append_buffer.h"
#include "protocol/otlp_reader.h"

namespace container_kit::telemetry::protocol {

// `"attributes":[...],`; nothing where there are none. Throws protozero::exception where one is torn.
void append_otlp_attributes(base::AppendBuffer& out, const std::vector<OtlpAttribute>& attributes);
// The same, without what is torn.
void append_whole_otlp_attributes(base::AppendBuffer& out, const std::vector<OtlpAttribute>& attributes);

}  // namespace container_kit::telemetry::protocol
