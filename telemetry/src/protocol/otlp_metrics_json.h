// OTLP metric requests as JSON: OTLP bytes in, OTLP/JSON out, to be POSTed to /v1/metrics as
// application/json, or written to a file a request a line.
//
// Protobuf's JSON mapping with OTLP's exceptions: ids in hex, enums as integers (OTLP specification, "JSON
// Protobuf Encoding"). Fields that are not known are left out.
#pragma once

#include <string>
#include <string_view>

namespace container_kit::telemetry::protocol {

// Appends the ExportMetricsServiceRequest to `out`, without a line feed. False, and `out` unchanged, where
// the bytes are torn.
bool append_otlp_metrics_json(std::string& out, std::string_view request);

}  // namespace container_kit::telemetry::protocol
