// The name that was probably meant.
//
// Thread safety: pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit {

// The first of `names` that is fewest edits away from `name` (insert, delete, replace, swap of neighbours;
// casing does not count), if that is at most a third of its length; else "".
std::string closest_name(std::string_view name, const std::vector<std::string_view>& names);

}  // namespace container_kit::kit
