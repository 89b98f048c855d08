// What a client's Accept says of a media type (RFC 9110 section 12.5.1).
//
// Thread safety: pure function.
#pragma once

#include <string_view>

#include "http/request.h"

namespace container_kit::kit::http {

enum class Accepted {
  kNo,
  kByWildcard,  // by */*, by its group, or because there is no Accept
  kByName,
};

// A range with q=0 is as good as none. Parameters other than q are passed over.
Accepted accepted(const Request& request, std::string_view type);

}  // namespace container_kit::kit::http
