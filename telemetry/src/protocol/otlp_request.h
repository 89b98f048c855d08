// An ExportTraceServiceRequest read back, as views on its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::protocol {

struct ResourceSpans {
  std::string_view resource;  // a Resource message
  std::vector<ScopeSpans> scopes;
  std::string_view schema_url;  // of the resource
};

// Nothing where the bytes are not such a request. Fields that nobody here knows are passed over.
std::optional<std::vector<ResourceSpans>> read_otlp_traces(std::string_view request);

// A part of a request that is a request itself.
struct OtlpPiece {
  std::string request;
  std::uint32_t span_count = 0;
};

// The request in two, each with half of the spans; fewer than two pieces where that cannot be.
std::vector<OtlpPiece> split_otlp_traces(std::string_view request);

}  // namespace container_kit::telemetry::protocol
