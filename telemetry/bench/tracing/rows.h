// The rows of trace_bench.
#pragma once

#include <vector>

#include "report.h"
#include "tracing/measure.h"

namespace container_kit::telemetry::bench {

// The calling thread's work alone; the exporters of both sides are held until a burst is over.
Row span_row();
Row span_full_row();
Row span_child_row();
Row span_unsampled_row();
Row span_disabled_row();
Row allocations_row();
// Beside the peer on two threads, and beside ourselves on one.
std::vector<Row> two_threads_rows();

// Contexts taken along: to another thread, out of a carrier, into one.
Row context_attach_row();
Row traceparent_extract_row();
Row traceparent_inject_row();

// The work of all threads, to the bytes of the request.
Row delivered_row();
Row sustained_row();

}  // namespace container_kit::telemetry::bench
