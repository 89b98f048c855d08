#include "http/target.h"

#include <algorithm>

#include "http/request.h"

namespace container_kit::kit::http {

namespace {

constexpr std::string_view kSchemeMark = "://";

// Where the authority of an absolute form starts, or npos.
std::size_t authority_start(std::string_view target) {
  const auto mark = target.find(kSchemeMark);
  if (mark == std::string_view::npos) return mark;
  const auto scheme = target.substr(0, mark);
  const bool known = equal_ignoring_case(scheme, "http") || equal_ignoring_case(scheme, "https");
  return known ? mark + kSchemeMark.size() : std::string_view::npos;
}

std::size_t authority_end(std::string_view target, std::size_t start) {
  return std::min(target.find_first_of("/?#", start), target.size());
}

}  // namespace

std::string_view path_of(std::string_view target) {
  const auto start = authority_start(target);
  if (start != std::string_view::npos) target.remove_prefix(authority_end(target, start));
  const auto path = target.substr(0, std::min(target.find_first_of("?#"), target.size()));
  return path.empty() ? std::string_view("/") : path;
}

std::string_view authority_of(std::string_view target) {
  const auto start = authority_start(target);
  if (start == std::string_view::npos) return {};
  return target.substr(start, authority_end(target, start) - start);
}

}  // namespace container_kit::kit::http
