// The name that was probably meant, in a file that may be long.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/closest_name.h>

namespace container_kit::kit::dockerfile {

using kit::closest_name;

// closest_name() for many names, until there have been more comparisons than a person's file makes: what
// comes then gets "". So the time stays linear in the size of a file.
class ClosestName {
 public:
  std::string operator()(std::string_view name, const std::vector<std::string_view>& names);

 private:
  std::size_t comparisons_ = 0;
};

}  // namespace container_kit::kit::dockerfile
