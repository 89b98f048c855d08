// Which handler answers a request.
//
// Thread safety: filled first, then only read.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <container_kit/telemetry/context.h>

#include "http/response.h"
#include "http/response_stream.h"

namespace container_kit::kit::http {

// What the braces in a route's path stood for, by name.
using PathParameters = std::vector<std::pair<std::string, std::string>>;

// One request on its way to its answer; borrowed by the handler for that time.
struct Exchange {
  const Request& request;
  telemetry::Context context;  // of the request's span
  std::stop_token stop;
  ResponseStream* stream = nullptr;  // null where nobody watches the client
  PathParameters parameters = {};

  // Precondition: the route's path has it.
  std::string_view parameter(std::string_view name) const;
};

using Handler = std::function<Response(const Exchange&)>;

// A waiting thread is one for calls that mostly wait for other programs.
enum class RunsOn { kIoThread, kToolThread, kWaitingThread, kEither };

// What is left to do for a request, and where: on a tool thread or a waiting thread.
struct Later {
  Handler run;
  RunsOn where = RunsOn::kToolThread;
};

// What a first look at a request gave: its answer, or what is left to do for it.
using FirstLook = std::variant<Response, Later>;

struct Route {
  std::string method;
  std::string path;  // a segment in braces stands for any: /api/tools/{name}/schema
  RunsOn runs_on;    // whatever may block belongs on a tool thread
  Handler handler = {};
  // In place of the handler. Of kEither it runs on the I/O thread and must not block; of kToolThread it runs
  // there.
  std::function<FirstLook(const Exchange&)> first_look = {};
  bool streams = false;  // the answer may be sent in parts
  // An OpenAPI operation object, as JSON text.
  std::string documentation = {};
};

// The label of everything that is no route of ours, so that clients cannot invent label values.
inline constexpr std::string_view kUnknownRoute = "_unknown";

class Router {
 public:
  struct Match {
    const Route* route = nullptr;            // null when refused
    std::string_view label = kUnknownRoute;  // the route's path
    std::optional<Response> refusal = {};    // 404 or 405
    PathParameters parameters = {};
  };

  void add(Route route) { routes_.push_back(std::move(route)); }

  // HEAD is answered by the route of GET. A path that is written out wins over one with braces.
  Match match(const Request& request) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace container_kit::kit::http
