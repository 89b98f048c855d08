// What the families share for their messages.
#pragma once

#include <string>
#include <string_view>

#include "analyze/safe_text.h"
#include "tools/quoted.h"

namespace container_kit::kit::dockerfile::rule {

// Text of the file inside a message: in quotes, short, without control characters.
inline std::string quote(std::string_view text) {
  return in_quotes(analysis::printable(text));
}

}  // namespace container_kit::kit::dockerfile::rule
