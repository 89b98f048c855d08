// OTLP trace requests as JSON: OTLP bytes in, OTLP/JSON out, to be POSTed to /v1/traces as application/json,
// or written to a file a request a line.
//
// Protobuf's JSON mapping with OTLP's exceptions: ids in hex, enums as integers (OTLP specification, "JSON
// Protobuf Encoding"). Fields that are not known are left out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::protocol {

// `resource` is a Resource message. Appends the ExportTraceServiceRequest to `out`, without a line feed, and
// returns how many spans are not in it because they are torn or have no valid ids.
std::size_t append_otlp_traces_json(std::string& out, std::string_view resource,
                                    std::span<const ScopeSpans> scopes,
                                    std::string_view resource_schema_url = {});

}  // namespace container_kit::telemetry::protocol
