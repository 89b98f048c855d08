// MCP's Streamable HTTP transport: POST and DELETE on /mcp, for both eras at once.
//
// A request that carries the stateless era's _meta, or its MCP-Protocol-Version, is answered statelessly. Any
// other belongs to a session, which initialize begins. An answer is one JSON object; it becomes a stream of
// Server-Sent Events when something has to be said before it, and the client takes those.
//
// Thread safety: every member. Ownership: borrows what ServiceSetup borrows.
#pragma once

#include "http/router.h"
#include "mcp/service.h"

namespace container_kit::kit::mcp {

struct HttpLimits {
  std::size_t json_depth = 32;
  std::size_t sessions = 1024;
  std::chrono::milliseconds session_idle = std::chrono::hours(1);
};

class HttpEndpoint {
 public:
  HttpEndpoint(const ServiceSetup& setup, const HttpLimits& limits);
  ~HttpEndpoint();

  // On the I/O thread: reads and judges the message; what may block is left for a tool thread.
  http::FirstLook post(const http::Exchange& exchange);
  // Ends a session.
  http::Response remove(const http::Exchange& exchange);
  // Ends all of them: the server stops.
  void end_sessions() { end(sessions_.remove_all()); }

 private:
  struct Call;

  http::FirstLook post_modern(const http::Exchange& exchange, Message message);
  http::FirstLook post_legacy(const http::Exchange& exchange, Message message);
  http::FirstLook begin_session(const http::Exchange& exchange, Message message);
  http::FirstLook answer_or_defer(const http::Exchange& exchange, std::shared_ptr<Call> call);
  http::Response answer(const http::Exchange& exchange, const Call& call);
  void end(const std::vector<std::shared_ptr<Session>>& sessions);

  Service service_;
  const std::size_t json_depth_;
  SessionTable sessions_;
};

}  // namespace container_kit::kit::mcp
