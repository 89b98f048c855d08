#include "http/service.h"

#include <algorithm>
#include <array>
#include <thread>

#include <boost/json.hpp>

#include <container_kit/kit/tool_call.h>
#include <container_kit/telemetry/propagation.h>

#include "http/execute.h"

namespace container_kit::kit::http {
namespace asio = boost::asio;
namespace json = boost::json;

namespace {

unsigned tool_threads(const ServerConfig& config) {
  return config.tool_threads != 0 ? config.tool_threads : std::max(2U, std::thread::hardware_concurrency());
}

Response ok(const json::value& body) {
  return {200, json::serialize(body), "application/json", {}};
}

Response draining() {
  return unavailable("draining", "the server is shutting down and takes no new work");
}

Response list_tools(const ToolRegistry& tools) {
  json::array list;
  for (const auto& [name, tool] : tools.tools()) {
    list.push_back(describe(*tool));
  }
  return ok(json::object{{"tools", std::move(list)}});
}

// RFC 9110 section 8.3: the type is compared without case, and parameters such as charset follow a semicolon.
bool is_json(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return equal_ignoring_case(type, "application/json");
}

std::optional<ApiError> refuse_body(const Request& request) {
  if (!is_json(request.header("Content-Type"))) {
    return ApiError{415, "unsupported_media_type", "send the body as Content-Type: application/json",
                    "Content-Type"};
  }
  const auto encoding = request.header("Content-Encoding");
  if (!encoding.empty() && !equal_ignoring_case(encoding, "identity")) {
    return ApiError{415, "unsupported_media_type", "send the body as it is, without a Content-Encoding",
                    "Content-Encoding"};
  }
  return std::nullopt;
}

Response scrape(telemetry::Manager& telemetry, const Request& request) {
  auto answer = telemetry.scrape(request.header("Accept"), request.header("Accept-Encoding"));
  Response response{200, std::move(answer.body), std::string(answer.content_type), {}};
  response.headers.emplace_back("Vary", "Accept, Accept-Encoding");
  if (!answer.content_encoding.empty())
    response.headers.emplace_back("Content-Encoding", answer.content_encoding);
  return response;
}

// The method, if HTTP knows it: clients cannot invent label values.
std::string_view method_label(std::string_view method) {
  constexpr std::array<std::string_view, 9> kKnown{"GET",     "HEAD",  "POST",    "PUT",  "DELETE",
                                                   "CONNECT", "TRACE", "OPTIONS", "PATCH"};
  const auto* const known = std::find(kKnown.begin(), kKnown.end(), method);
  return known == kKnown.end() ? "_OTHER" : *known;
}

// The request's headers as the propagator reads them.
struct HeaderCarrier {
  const Headers& headers;

  std::string_view get(std::string_view name) const {
    std::string_view first;
    get_all(name, [&first](std::string_view value) { first = first.empty() ? value : first; });
    return first;
  }
  template <typename F>
  void get_all(std::string_view name, F&& visit) const {
    for (const auto& [its_name, value] : headers) {
      if (equal_ignoring_case(its_name, name)) visit(std::string_view(value));
    }
  }
  template <typename F>
  void for_each(F&& visit) const {
    for (const auto& [name, value] : headers) visit(std::string_view(name), std::string_view(value));
  }
};

// What a handler answers, or, where it threw, that it did.
template <typename Result>
Result guarded(const std::function<Result(const Exchange&)>& handler, const Exchange& exchange) {
  try {
    return handler(exchange);
  } catch (const std::exception&) {
    return error_response({500, "internal", "the server failed to answer; its trace says more", ""});
  }
}

}  // namespace

Service::Service(const ServerConfig& config, bool bound_to_loopback, const ToolRegistry& tools,
                 telemetry::Manager& telemetry, const Lifecycle& lifecycle)
    : telemetry_(telemetry),
      lifecycle_(lifecycle),
      hosts_(bound_to_loopback, config.allowed_hosts),
      mcp_({tools, telemetry, config.allowed_roots, config.mcp_extras.get()}, {config.limits.json_depth}),
      workers_(tool_threads(config), config.limits.queued_calls) {
  add_routes(config, tools);
}

Service::~Service() {
  stop_tools();
  workers_.join();
}

void Service::add_routes(const ServerConfig& config, const ToolRegistry& tools) {
  const ExecuteSetup setup{tools, telemetry_, config.allowed_roots, config.limits.json_depth};
  add_route({"POST", "/api/tools/execute", RunsOn::kToolThread,
             [setup](const Exchange& exchange) { return execute(setup, exchange); }});
  add_route({"GET", "/api/tools", RunsOn::kIoThread,
             [listing = list_tools(tools)](const Exchange&) { return listing; }});
  Route mcp{"POST", "/mcp", RunsOn::kEither, {}};
  mcp.first_look = [this](const Exchange& exchange) { return mcp_.post(exchange); };
  mcp.streams = true;
  add_route(std::move(mcp));
  add_route({"DELETE", "/mcp", RunsOn::kIoThread,
             [this](const Exchange& exchange) { return mcp_.remove(exchange); }});
  add_route({"GET", "/health", RunsOn::kIoThread, [](const Exchange&) {
               return ok(json::object{{"status", "ok"}});
             }});
  add_route({"GET", "/ready", RunsOn::kIoThread, [this](const Exchange&) {
               return lifecycle_.draining() ? draining() : ok(json::object{{"status", "ready"}});
             }});
  add_route({"GET", "/health/telemetry", RunsOn::kIoThread, [this](const Exchange&) {
               return Response{200, telemetry_.health().to_json(), "application/json", {}};
             }});
  add_route({"GET", "/metrics", RunsOn::kIoThread,
             [this](const Exchange& exchange) { return scrape(telemetry_, exchange.request); }});
}

// Its series are there before the first request, so that rates are right from the second scrape on.
void Service::add_route(Route route) {
  telemetry_.metrics().register_http_route(route.method, route.path);
  router_.add(std::move(route));
}

Router::Match Service::judge(const Request& request) const {
  auto match = router_.match(request);
  if (const auto refusal = hosts_.refuse(request)) return {nullptr, match.label, error_response(*refusal)};
  if (match.route == nullptr || match.route->method != "POST") return match;
  // Looked at when the headers are there: a call that began before the draining finishes.
  if (match.route->runs_on != RunsOn::kIoThread && lifecycle_.draining()) {
    return {nullptr, match.label, draining()};
  }
  if (const auto refusal = refuse_body(request)) return {nullptr, match.label, error_response(*refusal)};
  return match;
}

telemetry::Operation Service::observe(const Request& request, std::string_view label) const {
  const auto parent = telemetry_.propagator().extract(HeaderCarrier{request.headers});
  return telemetry_.begin_http_request(method_label(request.method), label, parent);
}

asio::awaitable<Response> Service::on_tool_thread(const Handler& handler, const Exchange& exchange) {
  Response response = unavailable("server_busy", "too many calls are waiting already; try again shortly");
  const std::function<void()> job = [&] { response = guarded(handler, exchange); };
  co_await workers_.run(job);
  co_return response;
}

asio::awaitable<Response> Service::answer(const Router::Match& match, const Request& request,
                                          const telemetry::Context& context, ResponseStream* stream) {
  const Route& route = *match.route;
  const Exchange exchange{request, context, stop_.get_token(), stream, match.parameters};
  if (route.runs_on == RunsOn::kIoThread) co_return guarded(route.handler, exchange);
  Handler handler = route.handler;
  if (route.runs_on == RunsOn::kEither) {
    FirstLook look = guarded(route.first_look, exchange);
    if (auto* answered = std::get_if<Response>(&look)) co_return std::move(*answered);
    handler = std::move(std::get<Handler>(look));
  }
  Response response = co_await on_tool_thread(handler, exchange);
  co_return response;
}

}  // namespace container_kit::kit::http
