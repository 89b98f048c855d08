// What a request says, without what differs each time it is said: ids and times.
#pragma once

#include <set>
#include <string>

namespace container_kit::telemetry::bench {

// The resource and each of the first spans of an ExportTraceServiceRequest, decoded by the official schema,
// as a line of text: scope, name, kind, parent, attributes in the order of their keys, events, links, status,
// dropped counts; equal lines once. Ids that are not valid and times that do not fit together show in the
// line.
std::set<std::string> shapes(const std::string& request);

// Empty where both say the same; else what one of them says and the other does not.
std::string difference(const std::string& ours, const std::string& theirs);

}  // namespace container_kit::telemetry::bench
