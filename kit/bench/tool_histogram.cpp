#include "tool_histogram.h"

#include <cmath>
#include <cstdlib>
#include <limits>

namespace container_kit::kit::bench {
namespace {

// What stands between `before` and `after` in the line; empty where they are not there.
std::string_view between(std::string_view line, std::string_view before, std::string_view after) {
  const auto start = line.find(before);
  if (start == std::string_view::npos) return {};
  line.remove_prefix(start + before.size());
  return line.substr(0, line.find(after));
}

double value_of(std::string_view line) {
  return std::strtod(std::string(line.substr(line.rfind(' ') + 1)).c_str(), nullptr);
}

}  // namespace

ToolHistogram ToolHistogram::since(const ToolHistogram& earlier) const {
  ToolHistogram difference = *this;
  difference.sum -= earlier.sum;
  for (const auto& [bound, count] : earlier.up_to) difference.up_to[bound] -= count;
  return difference;
}

double ToolHistogram::quantile(double which) const {
  const double rank = which * static_cast<double>(count());
  double lower = 0;
  double below = 0;
  for (const auto& [bound, count] : up_to) {
    const auto reached = static_cast<double>(count);
    if (reached >= rank && reached > below) {
      return std::isinf(bound) ? lower : lower + (bound - lower) * (rank - below) / (reached - below);
    }
    lower = bound;
    below = reached;
  }
  return lower;
}

double ToolHistogram::part_within(double bound) const {
  const auto bucket = up_to.find(bound);
  if (bucket == up_to.end() || count() == 0) return 0;
  return static_cast<double>(bucket->second) / static_cast<double>(count());
}

ToolHistogram read_histogram(HttpClient& client, std::string_view tool) {
  constexpr std::string_view kName = "tool_execution_duration_seconds";
  const std::string label = "tool_name=\"" + std::string(tool) + "\"";
  ToolHistogram histogram;
  std::string_view text = client.ask(get("/metrics"));
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with(kName) || line.find(label) == std::string_view::npos) continue;
    const auto rest = line.substr(kName.size());
    if (rest.starts_with("_sum")) histogram.sum = value_of(line);
    if (!rest.starts_with("_bucket")) continue;
    const auto bound = std::string(between(rest, "le=\"", "\""));
    histogram.up_to[std::strtod(bound.c_str(), nullptr)] = static_cast<std::uint64_t>(value_of(line));
  }
  return histogram;
}

}  // namespace container_kit::kit::bench
