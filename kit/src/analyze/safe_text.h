// Makes text of unknown origin safe to show.
#pragma once

#include <string>
#include <string_view>

namespace container_kit::kit::analysis {

// Valid UTF-8: bytes that are not become U+FFFD, one for each.
std::string valid_utf8(std::string_view text);
// Valid UTF-8 without control characters (they become "\x1b" and the like), so that no terminal obeys them.
std::string printable(std::string_view text);

}  // namespace container_kit::kit::analysis
