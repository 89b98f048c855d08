// What the server answers, as an OpenAPI 3.1 document, made from the routes that are really served.
//
// Thread safety: pure function.
#pragma once

#include <string>
#include <vector>

#include "http/router.h"

namespace container_kit::kit::http {

// What a client must show.
struct Demands {
  bool token = false;
  bool certificate = false;  // of TLS
};

std::string openapi_of(const std::vector<Route>& routes, Demands demands);

// The documentation of a route: an operation object with this summary, the errors that all have, and what the
// route adds as JSON text: {"requestBody":{...},"responses":{"200":{...}}}.
std::string operation(const std::string& summary, const std::string& more = "{}");

}  // namespace container_kit::kit::http
