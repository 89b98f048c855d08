// One MCP request as telemetry sees it, by the semantic conventions for MCP (v1.44): a server span named
// "{mcp.method.name} {gen_ai.tool.name}" and mcp.server.operation.duration; mcp.server.session.duration.
//
// The parent is the traceparent in params._meta where there is one, and then the HTTP request's span is
// linked; else the HTTP request's span.
//
// Thread safety: Instruments from any thread; an ObservedRequest belongs to its thread.
#pragma once

#include <chrono>
#include <string_view>

#include <container_kit/telemetry/manager.h>

#include "mcp/protocol.h"

namespace container_kit::kit::mcp {

class Instruments {
 public:
  explicit Instruments(telemetry::Manager& telemetry);

  // A session that has ended, for whatever reason.
  void session_ended(const Session& session, Transport transport);

 private:
  friend class ObservedRequest;
  telemetry::Manager& telemetry_;
  telemetry::Tracer tracer_;
  telemetry::Histogram<double> operation_duration_;
  telemetry::Histogram<double> session_duration_;
};

// What is known to be ours, so that clients cannot invent label values; empty: not known.
struct ObservedNames {
  std::string_view method;
  std::string_view tool;
};

class ObservedRequest {
 public:
  ObservedRequest(Instruments& instruments, const Request& request, ObservedNames names);

  // To be current while the request is answered.
  telemetry::Context context() const;
  // `error_type`: the JSON-RPC code or "tool_error"; empty where it went well.
  void finish(std::string_view error_type, std::string_view description);

 private:
  std::string_view version() const;

  Instruments& instruments_;
  const Request& request_;
  std::string method_;
  std::string tool_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  telemetry::Context parent_;
  telemetry::Span span_;
};

}  // namespace container_kit::kit::mcp
