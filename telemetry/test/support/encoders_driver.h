// Gives any bytes as a batch to every encoder of spans.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::telemetry::test {

// Whether each writes what its receiver can read, and accounts for every span. The problem, or nothing.
std::string check_encoders(std::string_view resource, std::string_view scope,
                           const std::vector<std::string>& spans);

// The same for bytes that say themselves where they are to be cut into a resource, a scope and spans, and
// which spans get valid ids.
std::string drive_encoders(std::string_view bytes);

}  // namespace container_kit::telemetry::test
