#include <algorithm>

#include <container_kit/kit/closest_name.h>

#include "analyze/text.h"

namespace container_kit::kit {
namespace {

constexpr std::size_t kLongest = 64;  // longer names are no slips of a finger, and the table is quadratic

// Optimal string alignment distance.
std::size_t edits_between(std::string_view a, std::string_view b) {
  const auto width = b.size() + 1;
  std::vector<std::size_t> table((a.size() + 1) * width);
  const auto cell = [&](std::size_t i, std::size_t j) -> std::size_t& { return table[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) cell(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cell(0, j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cell(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      auto least = std::min({cell(i - 1, j) + 1, cell(i, j - 1) + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        least = std::min(least, cell(i - 2, j - 2) + 1);
      }
      cell(i, j) = least;
    }
  }
  return table.back();
}

}  // namespace

std::string closest_name(std::string_view name, const std::vector<std::string_view>& names) {
  if (name.size() > kLongest) return {};
  const auto wanted = analysis::lower(name);
  std::size_t least = name.size() / 3 + 1;
  std::string_view best;
  for (const auto candidate : names) {
    if (candidate.size() > kLongest) continue;
    const auto longer = std::max(candidate.size(), name.size());
    const auto shorter = std::min(candidate.size(), name.size());
    if (longer - shorter >= least) continue;  // as many edits at least
    const auto edits = edits_between(wanted, analysis::lower(candidate));
    if (edits >= least) continue;
    least = edits;
    best = candidate;
  }
  return std::string(best);
}

}  // namespace container_kit::kit
