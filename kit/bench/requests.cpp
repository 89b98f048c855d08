#include "requests.h"

#include <boost/json.hpp>

#include "http_client.h"
#include "repositories.h"

namespace container_kit::kit::bench {
namespace json = boost::json;

namespace {

std::string call(std::string_view tool, const json::object& arguments) {
  return post("/api/tools/execute", json::serialize(json::object{{"tool", tool}, {"arguments", arguments}}));
}

}  // namespace

std::string analyze_request(const std::string& path) {
  return call("analyze", {{"path", path}});
}

std::vector<ToolRequest> tool_requests(const std::string& repository) {
  constexpr std::size_t kUsual = 1'300;
  constexpr std::size_t kLong = 20'000;
  const auto lint = [](std::size_t bytes) {
    return call("lint_dockerfile", {{"content", make_dockerfile(bytes)}});
  };
  return {{"server_ping", "ping", call("ping", {})},
          {"server_lint_dockerfile", "lint_dockerfile", lint(kUsual)},
          {"server_lint_dockerfile_20k", "lint_dockerfile", lint(kLong)},
          {"server_generate_dockerfile", "generate_dockerfile",
           call("generate_dockerfile", {{"path", repository}})},
          {"server_generate_manifests", "generate_manifests",
           call("generate_manifests", {{"path", repository}, {"image", "registry.example.org/shop:1.2.0"}})},
          {"server_analyze_unchanged", "analyze", analyze_request(repository)}};
}

Requests mixture(const std::vector<ToolRequest>& requests) {
  Requests all;
  for (const auto& request : requests) all.push_back(request.request);
  return all;
}

}  // namespace container_kit::kit::bench
