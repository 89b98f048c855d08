#include "http/accept.h"

#include <algorithm>

namespace container_kit::kit::http {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

std::string_view take_until(std::string_view& text, char mark) {
  const auto part = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return trimmed(part);
}

// "q=0", "q=0.000": not wanted.
bool is_refusal(std::string_view parameter) {
  const bool is_weight = parameter.size() > 2 && equal_ignoring_case(parameter.substr(0, 2), "q=");
  return is_weight && parameter.find_first_not_of("0.", 2) == std::string_view::npos;
}

Accepted judged(std::string_view range, std::string_view type) {
  const auto media = take_until(range, ';');
  while (!range.empty()) {
    if (is_refusal(take_until(range, ';'))) return Accepted::kNo;
  }
  if (equal_ignoring_case(media, type)) return Accepted::kByName;
  const auto group = type.substr(0, type.find('/') + 1);
  const bool is_of_group = media.size() == group.size() + 1 && media.back() == '*' &&
                           equal_ignoring_case(media.substr(0, group.size()), group);
  return is_of_group || media == "*/*" ? Accepted::kByWildcard : Accepted::kNo;
}

}  // namespace

Accepted accepted(const Request& request, std::string_view type) {
  auto best = request.count("Accept") == 0 ? Accepted::kByWildcard : Accepted::kNo;
  for (const auto& [name, value] : request.headers) {
    if (!equal_ignoring_case(name, "Accept")) continue;
    std::string_view ranges = value;
    while (!ranges.empty()) best = std::max(best, judged(take_until(ranges, ','), type));
  }
  return best;
}

}  // namespace container_kit::kit::http
