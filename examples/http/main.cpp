// A handler of HTTP requests, as any server would call it.

#include <iostream>
#include <string>
#include <string_view>

#include <container_kit/telemetry.h>

namespace telemetry = container_kit::telemetry;

namespace {

struct Request {
  std::string_view method;
  std::string_view route;  // the pattern that matched, not the path that the client sent
  telemetry::HeaderList headers;
  std::string_view body;
};
struct Response {
  int status = 200;
  std::string body;
};
// So that the library finds the status in a Response.
int telemetry_http_status(const Response& response) {
  return response.status;
}

Response process_request(const Request& request) {
  if (request.body.empty()) return {400, R"({"error":"the body is empty: send {\"tool\":...}"})"};
  if (request.body == "crash") return {500, R"({"error":"internal"})"};
  return {200, R"({"result":"done"})"};
}

// [handler]
Response handle_tool_execution(telemetry::Manager& tm, const Request& request) {
  const telemetry::Context parent = tm.propagator().extract(request.headers);
  return tm.instrument_http_request(parent, request.method, request.route, [&] {
    // Request context.
    tm.add_contextual_attributes({{"user.id", request.headers.get("x-user-id")},
                                  {"client.version", request.headers.get("x-client-version")}});

    return process_request(request);
  });
}
// [/handler]

}  // namespace

int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  Request request{"POST",
                  "/api/tools/execute",
                  {{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                   {"x-user-id", "user123"},
                   {"x-client-version", "2.1"}},
                  "work"};
  for (const std::string_view body : {"work", "", "crash"}) {
    request.body = body;
    const Response response = handle_tool_execution(tm, request);
    std::cout << response.status << ' ' << response.body << '\n';
  }
}
