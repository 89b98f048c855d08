// The MCP server itself, whatever the transport: what each method answers, in both eras.
//
//   2026-07-28          stateless: every request says its version and what its client can do; server/discover
//   2025-11-25, -06-18  sessions: initialize, notifications/initialized, ping, logging/setLevel
//   both                tools/list, tools/call with progress and cancellation
//
// Thread safety: every member, once constructed. answer() blocks where blocks() says so.
// Ownership: borrows the tools, the telemetry and the extras, which must outlive it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_call.h>

#include "mcp/extras.h"
#include "mcp/header_check.h"
#include "mcp/observed.h"

namespace container_kit::kit::mcp {

struct ServiceSetup {
  const ToolRegistry& tools;
  telemetry::Manager& telemetry;
  const std::vector<std::string>& allowed_roots;
  const Extras* extras = nullptr;  // null: tools alone
  Sessions* sessions = nullptr;    // null: there are none
};

// What goes back for a request: one message.
struct Answer {
  std::string message;
  int http_status = 200;
};

class Service {
 public:
  explicit Service(const ServiceSetup& setup);

  // Whether answering this takes more than a moment, and belongs on a thread that may block.
  static bool blocks(const Message& message);
  // Whether it calls a tool that mostly waits for other programs.
  bool waits(const Message& message) const;

  // Of the tool that the message calls; none where it calls none.
  const std::vector<HeaderParameter>& header_parameters(const Message& message) const;

  // Precondition: the message is a request. Never throws.
  Answer answer(const Request& request);
  // notifications/cancelled, and answers to what the server asked. Others are passed over.
  void take(const Message& message, Session& session);
  void session_ended(const Session& session, Transport transport) {
    instruments_.session_ended(session, transport);
  }

 private:
  using Method = Outcome (Service::*)(const Request&);
  struct Ended {  // what telemetry is told
    std::string error_type;
    std::string description;
  };

  Outcome dispatch(const Request& request, const telemetry::Context& context, Ended& ended);
  Outcome own_method(const Request& request);
  Outcome initialize(const Request& request);
  Outcome discover(const Request& request);
  Outcome list_tools(const Request& request);
  Outcome set_log_level(const Request& request);
  Outcome call_tool(const Request& request, const telemetry::Context& context, Ended& ended);
  boost::json::object capabilities(bool is_modern) const;

  ServiceSetup setup_;
  Instruments instruments_;
  std::string tools_;  // the array of tools/list as JSON text, made once
  std::map<std::string, std::vector<HeaderParameter>, std::less<>>
      header_parameters_;  // of tools that have some
};

}  // namespace container_kit::kit::mcp
