// An ExportMetricsServiceRequest cut in two, for receivers that take no more at once.
#pragma once

#include <string_view>
#include <vector>

#include "protocol/otlp_request.h"

namespace container_kit::telemetry::protocol {

// The request in two, each with half of the data points; fewer than two pieces where that cannot be.
// OtlpPiece::span_count counts data points.
std::vector<OtlpPiece> split_otlp_metrics(std::string_view request);

}  // namespace container_kit::telemetry::protocol
