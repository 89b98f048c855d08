// SpanBatch: finished spans on their way out, as they lie in the flight buffer.
#pragma once

#include <string_view>
#include <vector>

#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::delivery {

// Views: everything in it stays valid until the export call returns.
struct SpanBatch {
  std::string_view resource;  // a Resource message
  std::vector<protocol::ScopeSpans> scopes;
  std::size_t span_count = 0;
};

}  // namespace container_kit::telemetry::delivery
