// The query of a request target: ?type=api&limit=5.
//
// Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace container_kit::kit::http {

// RFC 3986 section 2.1; nothing where a percent sign is followed by no two digits.
std::optional<std::string> percent_decoded(std::string_view encoded);

// In order, decoded; a plus sign is a space, as forms send it. What cannot be decoded stays as it was sent.
std::vector<std::pair<std::string, std::string>> query_of(std::string_view target);

}  // namespace container_kit::kit::http
