#include "dockerfile/closest_name.h"

namespace container_kit::kit::dockerfile {

std::string ClosestName::operator()(std::string_view name, const std::vector<std::string_view>& names) {
  constexpr std::size_t kMostComparisons = 50'000;
  if (comparisons_ > kMostComparisons) return {};
  comparisons_ += names.size();
  return closest_name(name, names);
}

}  // namespace container_kit::kit::dockerfile
