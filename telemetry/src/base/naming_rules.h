// What the names of attributes and spans should look like, and what a name that does not should be.
//
// The rules: the guide's section "Best Practices" (tool.name rather than toolName, tool.version rather than
// version, tool.analyze rather than analyze), and of OpenTelemetry's "Naming" and "Trace API, Span": lower
// case, a namespace, words within a part joined by an underscore, and no identifiers in span names.
//
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace container_kit::telemetry::base {

// A better key for an attribute of the span `span_name`, or empty where the key is well named. Keys that end
// in a name of somebody else's, as k8s.pod.label.KEY does, are left alone.
std::string better_attribute_key(std::string_view key, std::string_view span_name);

// A better name for a span, or empty.
std::string better_span_name(std::string_view name);

}  // namespace container_kit::telemetry::base
