// Which handler answers a request.
//
// Thread safety: filled first, then only read.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/context.h>

#include "http/response.h"

namespace container_kit::kit::http {

// One request on its way to its answer; borrowed by the handler for that time.
struct Exchange {
  const Request& request;
  telemetry::Context context;  // of the request's span
  std::stop_token stop;
};

using Handler = std::function<Response(const Exchange&)>;

enum class RunsOn { kIoThread, kToolThread };

struct Route {
  std::string method;
  std::string path;
  RunsOn runs_on;  // whatever may block belongs on a tool thread
  Handler handler;
};

// The label of everything that is no route of ours, so that clients cannot invent label values.
inline constexpr std::string_view kUnknownRoute = "_unknown";

class Router {
 public:
  struct Match {
    const Route* route = nullptr;            // null when refused
    std::string_view label = kUnknownRoute;  // the route's path
    std::optional<Response> refusal;         // 404 or 405
  };

  void add(Route route) { routes_.push_back(std::move(route)); }

  // HEAD is answered by the route of GET.
  Match match(const Request& request) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace container_kit::kit::http
