#include "http/service.h"

#include <algorithm>
#include <array>
#include <thread>

#include <boost/json.hpp>

#include <container_kit/kit/tool_call.h>
#include <container_kit/telemetry/propagation.h>

#include "http/execute.h"
#include "http/openapi.h"
#include "http/pipelines.h"
#include "http/session_routes.h"
#include "tools/quoted.h"

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

Response busy() {
  return unavailable("server_busy", "too many calls are waiting already; try again shortly");
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

constexpr const char* kExecuteDocumentation = R"({
  "requestBody": {"required": true, "content": {"application/json": {"schema": {
    "type": "object", "required": ["tool"], "additionalProperties": false, "properties": {
      "tool": {"type": "string"}, "arguments": {"type": "object"},
      "session": {"type": "string", "description": "The id of a session, whose workspace the tool may look into"}}}}}},
  "responses": {"200": {"description": "What the tool found", "content": {"application/json": {"schema": {
    "type": "object", "required": ["tool", "result", "trace_id", "duration_ms"], "properties": {
      "tool": {"type": "string"}, "result": {}, "trace_id": {"type": ["string", "null"]},
      "duration_ms": {"type": "number"}}}}}}}})";

constexpr const char* kMcpDocumentation = R"({
  "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}}},
  "responses": {"200": {"description": "The answer, or events that end with it",
                        "content": {"application/json": {}, "text/event-stream": {}}},
                "202": {"description": "A notification was taken"}}})";

Response show_schema(const ToolRegistry& tools, const Exchange& exchange) {
  const auto name = exchange.parameter("name");
  const Tool* tool = tools.find(name);
  if (tool == nullptr) {
    return error_response({404, "tool_not_found",
                           "there is no tool " + in_quotes(name) + "; GET /api/tools lists them", "name"});
  }
  const auto described = describe(*tool);
  return ok(json::object{{"name", described.at("name")},
                         {"input_schema", described.at("input_schema")},
                         {"output_schema", described.at("output_schema")}});
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
      access_(config.token_file),
      rate_(config.requests_per_second),
      mcp_({tools, telemetry, config.allowed_roots, config.mcp_extras.get(), config.sessions.get()},
           {config.limits.json_depth}),
      workers_(tool_threads(config), config.limits.queued_calls),
      waiting_(config.waiting_threads, config.limits.queued_calls) {
  add_routes(config, tools);
}

Service::~Service() {
  stop_tools();
  workers_.join();
  waiting_.join();
}

void Service::add_routes(const ServerConfig& config, const ToolRegistry& tools) {
  add_tool_routes(config, tools);
  add_pipeline_routes(config, tools);
  for (auto& route : session_routes(config.sessions, config.limits.json_depth)) add_route(std::move(route));
  add_mcp_routes();
  add_health_routes();
  add_route({.method = "GET",
             .path = "/api/openapi.json",
             .runs_on = RunsOn::kIoThread,
             .handler =
                 [this](const Exchange&) {
                   return Response{200, openapi_, "application/json", {}};
                 },
             .documentation = operation("This document")});
  openapi_ =
      openapi_of(router_.routes(), {!config.token_file.empty(), !config.tls.client_authorities.empty()});
}

void Service::add_tool_routes(const ServerConfig& config, const ToolRegistry& tools) {
  const ExecuteSetup setup{tools, telemetry_, config.allowed_roots, config.limits.json_depth,
                           config.sessions.get()};
  add_route({.method = "POST",
             .path = "/api/tools/execute",
             .runs_on = RunsOn::kToolThread,
             .first_look = [setup](const Exchange& exchange) { return execute(setup, exchange); },
             .documentation = operation("Runs a tool", kExecuteDocumentation)});
  add_route({.method = "GET",
             .path = "/api/tools",
             .runs_on = RunsOn::kIoThread,
             .handler = [listing = list_tools(tools)](const Exchange&) { return listing; },
             .documentation = operation("Lists the tools, with their schemas")});
  add_route({.method = "GET",
             .path = "/api/tools/{name}/schema",
             .runs_on = RunsOn::kIoThread,
             .handler = [&tools](const Exchange& exchange) { return show_schema(tools, exchange); },
             .documentation = operation("The JSON Schemas of a tool's arguments and result")});
}

void Service::add_pipeline_routes(const ServerConfig& config, const ToolRegistry& tools) {
  const ExecuteSetup setup{tools, telemetry_, config.allowed_roots, config.limits.json_depth,
                           config.sessions.get()};
  add_route({.method = "GET",
             .path = "/api/pipelines",
             .runs_on = RunsOn::kToolThread,  // reads their YAML
             .handler = [&tools](const Exchange&) { return list_pipelines(tools); },
             .documentation = operation("Lists the pipelines, with their stages and schemas")});
  add_route({.method = "POST",
             .path = "/api/pipelines/{name}/execute",
             .runs_on = RunsOn::kWaitingThread,
             .handler = [setup](const Exchange& exchange) { return execute_pipeline(setup, exchange); },
             .streams = true,
             .documentation = operation("Runs a pipeline", kPipelineDocumentation)});
}

void Service::add_mcp_routes() {
  add_route(
      {.method = "POST",
       .path = "/mcp",
       .runs_on = RunsOn::kEither,
       .first_look = [this](const Exchange& exchange) { return mcp_.post(exchange); },
       .streams = true,
       .documentation = operation("The Model Context Protocol: one JSON-RPC message", kMcpDocumentation)});
  add_route({.method = "DELETE",
             .path = "/mcp",
             .runs_on = RunsOn::kIoThread,
             .handler = [this](const Exchange& exchange) { return mcp_.remove(exchange); },
             .documentation = operation("Ends a session of the Model Context Protocol",
                                        R"({"responses":{"204":{"description":"It has ended"}}})")});
}

void Service::add_health_routes() {
  add_route({.method = "GET",
             .path = "/health",
             .runs_on = RunsOn::kIoThread,
             .handler =
                 [](const Exchange&) {
                   return ok(json::object{{"status", "ok"}});
                 },
             .documentation = operation("Whether the process is alive")});
  add_route({.method = "GET",
             .path = "/ready",
             .runs_on = RunsOn::kIoThread,
             .handler =
                 [this](const Exchange&) {
                   return lifecycle_.draining() ? draining() : ok(json::object{{"status", "ready"}});
                 },
             .documentation = operation("Whether it takes new work")});
  add_route({.method = "GET",
             .path = "/health/telemetry",
             .runs_on = RunsOn::kIoThread,
             .handler =
                 [this](const Exchange&) {
                   return Response{200, telemetry_.health().to_json(), "application/json", {}};
                 },
             .documentation = operation("What telemetry is doing")});
  add_route(
      {.method = "GET",
       .path = "/metrics",
       .runs_on = RunsOn::kIoThread,
       .handler = [this](const Exchange& exchange) { return scrape(telemetry_, exchange.request); },
       .documentation = operation("The metrics, for Prometheus",
                                  R"({"responses":{"200":{"description":"Prometheus text or OpenMetrics",)"
                                  R"("content":{"text/plain":{}}}}})")});
}

// Its series are there before the first request, so that rates are right from the second scrape on.
void Service::add_route(Route route) {
  telemetry_.metrics().register_http_route(route.method, route.path);
  router_.add(std::move(route));
}

Router::Match Service::judge(const Request& request) {
  auto match = router_.match(request);
  if (const auto refusal = hosts_.refuse(request)) return {nullptr, match.label, error_response(*refusal)};
  if (auto refusal = refuse_client(request, match.label)) return {nullptr, match.label, std::move(*refusal)};
  const bool has_body =
      match.route != nullptr && (match.route->method == "POST" || match.route->method == "PATCH");
  if (!has_body) return match;
  // Looked at when the headers are there: a call that began before the draining finishes.
  if (match.route->runs_on != RunsOn::kIoThread && lifecycle_.draining()) {
    return {nullptr, match.label, draining()};
  }
  if (const auto refusal = refuse_body(request)) return {nullptr, match.label, error_response(*refusal)};
  return match;
}

// Health checks are for everybody, however often they come.
std::optional<Response> Service::refuse_client(const Request& request, std::string_view route) {
  if (route == "/health" || route == "/ready") return std::nullopt;
  if (const auto wait = rate_.refuse(client_of(request.client), std::chrono::steady_clock::now())) {
    auto response =
        error_response({429, "too_many_requests", "this client sends more requests than it may", ""});
    response.headers.emplace_back("Retry-After", std::to_string(wait->count()));
    return response;
  }
  return access_.refuse(request, route);
}

telemetry::Operation Service::observe(const Request& request, std::string_view label) const {
  const auto parent = telemetry_.propagator().extract(HeaderCarrier{request.headers});
  return telemetry_.begin_http_request(method_label(request.method), label, parent);
}

void Service::tell_of(const Response& response, const Request& request, std::string_view label,
                      const telemetry::Context& context) const {
  constexpr int kServersFault = 500;
  const bool is_grave = response.status >= kServersFault && !lifecycle_.draining();
  const auto level = is_grave ? telemetry::LogLevel::kWarn : telemetry::LogLevel::kDebug;
  if (!telemetry_.is_log_on(level)) return;
  telemetry_.log(level, is_grave ? "request failed" : "request answered",
                 {{"http.method", method_label(request.method)},
                  {"http.route", label},
                  {"http.status_code", response.status},
                  {"client.address", request.client}},
                 context);
}

asio::awaitable<FirstLook> Service::look(const Route& route, const Exchange& exchange) {
  if (route.runs_on == RunsOn::kEither) co_return guarded(route.first_look, exchange);
  FirstLook look = busy();
  const std::function<void()> job = [&] { look = guarded(route.first_look, exchange); };
  co_await workers_.run(job);
  co_return look;
}

asio::awaitable<Response> Service::run(const Later& later, const Exchange& exchange) {
  Response response = busy();
  const std::function<void()> job = [&] { response = guarded(later.run, exchange); };
  WorkerPool& pool = later.where == RunsOn::kWaitingThread ? waiting_ : workers_;
  co_await pool.run(job);
  co_return response;
}

asio::awaitable<Response> Service::answer(const Router::Match& match, const Request& request,
                                          const telemetry::Context& context, StreamSource& streams) {
  const Route& route = *match.route;
  Exchange exchange{request, context, stop_.get_token(), nullptr, match.parameters};
  if (route.runs_on == RunsOn::kIoThread) co_return guarded(route.handler, exchange);
  if (route.streams) exchange.stream = streams.stream();
  Later later{route.handler, route.runs_on};
  if (route.first_look) {
    FirstLook found = co_await look(route, exchange);
    if (auto* answered = std::get_if<Response>(&found)) co_return std::move(*answered);
    later = std::move(std::get<Later>(found));
  }
  // Who waits long is watched, so that a client which leaves ends its call.
  if (later.where == RunsOn::kWaitingThread) exchange.stream = streams.stream();
  Response response = co_await run(later, exchange);
  co_return response;
}

}  // namespace container_kit::kit::http
