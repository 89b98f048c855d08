#include "http/openapi.h"

#include <algorithm>

#include <boost/json.hpp>

#include <container_kit/telemetry/version.h>

namespace container_kit::kit::http {
namespace json = boost::json;

namespace {

json::object schemas() {
  return json::parse(R"({
    "Error": {"type": "object", "required": ["error"], "properties": {"error": {
      "type": "object", "required": ["code", "message", "field"], "properties": {
        "code": {"type": "string", "description": "Stable: invalid_argument, tool_not_found, ..."},
        "message": {"type": "string", "description": "For people; says what to do"},
        "field": {"type": ["string", "null"], "description": "What in the request is at fault"}}}}}})")
      .as_object();
}

// /api/tools/{name}/schema has one parameter, name.
json::array parameters_of(const std::string& path) {
  json::array parameters;
  for (std::size_t start = path.find('{'); start != std::string::npos; start = path.find('{', start + 1)) {
    const auto end = path.find('}', start);
    parameters.push_back({{"name", path.substr(start + 1, end - start - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  }
  return parameters;
}

// All of what is demanded, together.
json::array security_of(Demands demands) {
  json::object all;
  if (demands.token) all["token"] = json::array();
  if (demands.certificate) all["certificate"] = json::array();
  return all.empty() ? json::array() : json::array{std::move(all)};
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

}  // namespace

std::string operation(const std::string& summary, const std::string& more) {
  json::object all{{"summary", summary}};
  const json::value added = json::parse(more);
  for (const auto& [key, value] : added.as_object()) all[key] = value;
  if (!all.contains("responses")) {
    all["responses"] = {
        {"200",
         {{"description", "As the summary says"}, {"content", {{"application/json", json::object()}}}}}};
  }
  all["responses"].as_object()["default"] = {
      {"description", "What is wrong"},
      {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
  return json::serialize(all);
}

std::string openapi_of(const std::vector<Route>& routes, Demands demands) {
  json::object paths;
  for (const auto& route : routes) {
    json::object documented = route.documentation.empty() ? json::object{{"summary", ""}}
                                                          : json::parse(route.documentation).as_object();
    auto parameters = parameters_of(route.path);
    if (!parameters.empty()) documented["parameters"] = std::move(parameters);
    const bool is_open = route.path == "/health" || route.path == "/ready";
    if (is_open) documented["security"] = security_of({false, demands.certificate});
    json::value& path = paths[route.path];
    if (path.is_null()) path = json::object();
    path.as_object()[lower(route.method)] = std::move(documented);
  }
  json::object components{{"schemas", schemas()}};
  json::object document{{"openapi", "3.1.0"},
                        {"info",
                         {{"title", "Container Kit"},
                          {"version", telemetry::version()},
                          {"description", "Tools that turn a source repository into a container."}}},
                        {"paths", std::move(paths)}};
  json::object schemes;
  if (demands.token) schemes["token"] = {{"type", "http"}, {"scheme", "bearer"}};
  if (demands.certificate) schemes["certificate"] = {{"type", "mutualTLS"}};
  if (!schemes.empty()) {
    components["securitySchemes"] = std::move(schemes);
    document["security"] = security_of(demands);
  }
  document["components"] = std::move(components);
  return json::serialize(document);
}

}  // namespace container_kit::kit::http
