// A caller's own words inside a message: quoted, and short however long they were.
#pragma once

#include <string>
#include <string_view>

namespace container_kit::kit {

// At most 64 bytes of `text`, cut where a UTF-8 character ends, in single quotes. What is no UTF-8, or a
// terminal would obey, is escaped as printable() of analyze/safe_text.h does.
std::string in_quotes(std::string_view text);

// The same without the quotes.
std::string shortened(std::string_view text);

}  // namespace container_kit::kit
