// The JSON text of an attribute value, for labels and console lines, which know only strings.
#pragma once

#include <string>

#include <container_kit/telemetry/attribute.h>

namespace container_kit::telemetry::metrics {

// Strings inside arrays and maps are quoted and escaped; a value that is itself a string is not handled here.
// Nesting deeper than 64 levels is cut off with null.
std::string to_json(const AttributeValue& value);

}  // namespace container_kit::telemetry::metrics
