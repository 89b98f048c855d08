#include "http/router.h"

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

}  // namespace

Router::Match Router::match(const Request& request) const {
  const auto path = path_of(request.target);
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string_view label = kUnknownRoute;
  std::string allowed;
  for (const auto& route : routes_) {
    if (route.path != path) continue;
    label = route.path;
    if (route.method == method) return {&route, label, std::nullopt};
    allowed += (allowed.empty() ? "" : ", ") + route.method + (route.method == "GET" ? ", HEAD" : "");
  }
  if (allowed.empty()) return {nullptr, label, not_found(path)};
  return {nullptr, label, method_not_allowed(path, allowed)};
}

}  // namespace container_kit::kit::http
