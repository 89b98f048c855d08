#include "http/router.h"

#include <algorithm>

#include "http/query.h"
#include "http/target.h"
#include "tools/quoted.h"

namespace container_kit::kit::http {

namespace {

Response not_found(std::string_view path) {
  return error_response({404, "not_found", "there is nothing at " + in_quotes(path), ""});
}

Response method_not_allowed(std::string_view path, const std::string& allowed) {
  auto response = error_response(
      {405, "method_not_allowed", std::string(path) + " answers " + allowed + " and nothing else", ""});
  response.headers.emplace_back("Allow", allowed);
  return response;
}

std::string_view take_segment(std::string_view& path) {
  const auto end = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

// The parameters, where the path is of that form.
std::optional<PathParameters> parameters_of(std::string_view pattern, std::string_view path) {
  if (std::count(pattern.begin(), pattern.end(), '/') != std::count(path.begin(), path.end(), '/'))
    return std::nullopt;
  PathParameters found;
  while (!pattern.empty() || !path.empty()) {
    const auto wanted = take_segment(pattern);
    const auto segment = take_segment(path);
    if (wanted.empty() || wanted.front() != '{') {
      if (wanted != segment) return std::nullopt;
      continue;
    }
    auto value = percent_decoded(segment);
    if (!value || value->empty()) return std::nullopt;
    found.emplace_back(wanted.substr(1, wanted.size() - 2), std::move(*value));
  }
  return found;
}

bool has_braces(const Route& route) {
  return route.path.find('{') != std::string::npos;
}

}  // namespace

std::string_view Exchange::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

Router::Match Router::match(const Request& request) const {
  const auto path = path_of(request.target);
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string_view label = kUnknownRoute;
  std::string allowed;
  for (const bool braces : {false, true}) {
    for (const auto& route : routes_) {
      if (has_braces(route) != braces || (!braces && route.path != path)) continue;
      auto parameters = braces ? parameters_of(route.path, path) : PathParameters();
      if (!parameters) continue;
      label = route.path;
      if (route.method == method) return {&route, label, std::nullopt, std::move(*parameters)};
      allowed += (allowed.empty() ? "" : ", ") + route.method + (route.method == "GET" ? ", HEAD" : "");
    }
    if (!allowed.empty()) return {nullptr, label, method_not_allowed(path, allowed)};
  }
  return {nullptr, label, not_found(path)};
}

}  // namespace container_kit::kit::http
