// One line of a structured log: a message, and what goes with it as key=value.
//
// Thread safety: pure function.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <container_kit/telemetry/attribute.h>
#include <container_kit/telemetry/span_context.h>

#include "privacy/filter.h"

namespace container_kit::telemetry {

// `tool failed error.type=timeout error.message="took too long" time=2026-01-31T12:00:00.123Z trace_id=...
// span_id=...`. A value with a blank, a quote or an equals sign in it stands in double quotes; `"` and `\`
// are escaped by a backslash, what a terminal would obey as \n or \xNN. What the filter finds is masked;
// null: there is none. Without a valid span its ids are left out.
std::string log_line(std::string_view message, Attributes attributes, std::int64_t unix_nanoseconds,
                     const SpanContext& span, const privacy::Filter* filter);

}  // namespace container_kit::telemetry
