// The name that was probably meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::dockerfile {

// The first of `names` that is fewest edits away from `name` (insert, delete, replace, swap of neighbours;
// casing does not count), if that is at most a third of its length; else "".
std::string closest_name(std::string_view name, const std::vector<std::string_view>& names);

// The same for many names, until there have been more comparisons than a person's file makes: what comes then
// gets "". So the time stays linear in the size of a file.
class ClosestName {
 public:
  std::string operator()(std::string_view name, const std::vector<std::string_view>& names);

 private:
  std::size_t comparisons_ = 0;
};

}  // namespace container_kit::kit::dockerfile
