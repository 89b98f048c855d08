// What the families share for their messages.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "analyze/safe_text.h"
#include "tools/quoted.h"

namespace container_kit::kit::dockerfile::rule {

// Text of the file inside a message: in quotes, short, without control characters.
inline std::string quote(std::string_view text) {
  return in_quotes(analysis::printable(text));
}
// Of the texts behind each other.
inline std::string quote(std::initializer_list<std::string_view> texts) {
  std::string joined;
  for (const auto text : texts) joined += text;
  return quote(joined);
}

}  // namespace container_kit::kit::dockerfile::rule
