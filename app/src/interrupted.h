// Says what an earlier process of this service was doing when it was killed or crashed.
//
// Thread safety: pure function.
#pragma once

#include <ostream>
#include <vector>

#include <container_kit/telemetry/interrupted_span.h>

namespace container_kit::app {

// A line for each tool, pipeline, stage and session that was open, at most 32 and then how many more:
//
//   container-kit: interrupted name=tool.build_image trace_id=... span_id=... pid=17 started=2026-...
//   ran_for_ms=84210
void report_interrupted(const std::vector<telemetry::InterruptedSpan>& spans, std::ostream& out);

}  // namespace container_kit::app
