#include "manager/interrupted.h"

#include <algorithm>

#include <container_kit/telemetry/readable_span.h>

namespace container_kit::telemetry {

std::vector<InterruptedSpan> interrupted_spans(const std::vector<delivery::FlightOrphan>& orphans) {
  std::vector<InterruptedSpan> all;
  for (const auto& orphan : orphans) {
    for (const auto& open : orphan.flight.incomplete) {
      const auto span = read_span(open.bytes);
      if (!span) continue;
      all.push_back({std::string(span->name), span->trace_id, span->span_id, orphan.flight.pid,
                     span->start_time, std::chrono::nanoseconds(span->duration())});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const InterruptedSpan& a, const InterruptedSpan& b) {
    return a.start_time < b.start_time;
  });
  if (all.size() > kMostInterruptedSpans) all.resize(kMostInterruptedSpans);
  return all;
}

}  // namespace container_kit::telemetry
