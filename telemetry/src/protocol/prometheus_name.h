// Names the way Prometheus wants them, from names the way OpenTelemetry writes them.
//
// The rules are OpenTelemetry's "Prometheus and OpenMetrics Compatibility". Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "metrics/attribute_set.h"
#include "metrics/metric_data.h"

namespace container_kit::telemetry::protocol {

// The unit as the word it has in a metric name: "s" gives "seconds", "By/s" "bytes_per_second"; annotations
// in braces and the unit 1 give nothing (1 gives "ratio" for a gauge).
std::string unit_word(std::string_view unit, bool gauge);

// The full name, with unit and, for a monotonic sum, _total; each only where it is not there already.
std::string metric_name(const metrics::MetricInfo& info);

// [a-zA-Z_][a-zA-Z0-9_]*, without a run of underscores.
std::string label_name(std::string_view key);

// `key="value",…` of a set, escaped; values whose keys become the same are joined with ";". `prefix` goes
// before each key.
std::string label_text(const metrics::PackedSet& set, std::string_view prefix = {});
void append_label(std::string& out, std::string_view name, std::string_view value);

// Escapes \ and newlines, and quotes where `quotes`; bytes that are not UTF-8 become U+FFFD.
void append_escaped(std::string& out, std::string_view text, bool quotes);

}  // namespace container_kit::telemetry::protocol
