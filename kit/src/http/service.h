// What the server does with a request, whatever connection it came on: the routes, the rules that hold for
// all of them, and the threads that tools run on.
//
// Thread safety: every member, once constructed.
#pragma once

#include <optional>
#include <stop_token>

#include <boost/asio/awaitable.hpp>

#include <container_kit/kit/server.h>

#include "http/access.h"
#include "http/host_check.h"
#include "http/lifecycle.h"
#include "http/rate_limit.h"
#include "http/router.h"
#include "http/worker_pool.h"
#include "mcp/http_endpoint.h"

namespace container_kit::kit::http {

class Service {
 public:
  // Borrows all but `bound_to_loopback`.
  Service(const ServerConfig& config, bool bound_to_loopback, const ToolRegistry& tools,
          telemetry::Manager& telemetry, const Lifecycle& lifecycle);

  // Asks running tools to stop, and waits for them.
  ~Service();

  // Why tokens cannot be checked, where they are demanded.
  telemetry::Expected<void> check_access() { return access_.check(); }

  const Router& router() const { return router_; }

  // Judges a request by its headers: the route it goes to, or its refusal.
  Router::Match judge(const Request& request);

  // Starts the request's span and metrics, continuing the trace that came with it. `label` is the route's.
  telemetry::Operation observe(const Request& request, std::string_view label) const;

  // Precondition: judge() gave this route for this request. Never throws.
  boost::asio::awaitable<Response> answer(const Router::Match& match, const Request& request,
                                          const telemetry::Context& context, StreamSource& streams);

  // Tells of an answer that is the server's fault.
  void tell_of(const Response& response, const Request& request, std::string_view label,
               const telemetry::Context& context) const;

  // From now on running tools are asked to give up, and there are no sessions any more.
  void stop_tools() {
    stop_.request_stop();
    mcp_.end_sessions();
  }

 private:
  void add_route(Route route);
  void add_routes(const ServerConfig& config, const ToolRegistry& tools);
  void add_tool_routes(const ServerConfig& config, const ToolRegistry& tools);
  void add_pipeline_routes(const ServerConfig& config, const ToolRegistry& tools);
  void add_mcp_routes();
  void add_health_routes();
  std::optional<Response> refuse_client(const Request& request, std::string_view route);
  boost::asio::awaitable<FirstLook> look(const Route& route, const Exchange& exchange);
  boost::asio::awaitable<Response> run(const Later& later, const Exchange& exchange);

  telemetry::Manager& telemetry_;
  const Lifecycle& lifecycle_;
  HostCheck hosts_;
  AccessCheck access_;
  RateLimit rate_;
  Router router_;
  std::string openapi_;
  mcp::HttpEndpoint mcp_;
  std::stop_source stop_;
  WorkerPool workers_;
  WorkerPool waiting_;
};

}  // namespace container_kit::kit::http
