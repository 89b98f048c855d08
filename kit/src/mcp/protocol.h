// The versions of MCP that are spoken here, and what a request is made of beyond its message.
#pragma once

#include <array>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <container_kit/telemetry/context.h>

#include "mcp/json_rpc.h"
#include "mcp/session.h"

namespace container_kit::kit::mcp {

inline constexpr std::string_view kModernVersion = "2026-07-28";
inline constexpr std::string_view kLegacyVersion = "2025-11-25";
// The newest first. Those before 2026-07-28 begin with initialize.
// Of 2025-03-26 all but its batches, which later versions took back.
inline constexpr std::array<std::string_view, 4> kVersions{kModernVersion, kLegacyVersion, "2025-06-18",
                                                           "2025-03-26"};

bool is_legacy_version(std::string_view version);

// Who asks, as far as a request may rely on it.
struct Peer {
  std::string version;
  boost::json::object capabilities;
  std::optional<LogLevel> log_level;  // unset: no logs are wanted
  std::shared_ptr<Session> session;   // null in the stateless era

  bool is_modern() const { return session == nullptr; }
};

enum class Transport { kPipe, kTcp };

// Where the messages go that precede an answer. send() may be called from the thread that runs the call.
class Outlet {
 public:
  Outlet() = default;
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;
  virtual ~Outlet() = default;
  // False where nobody listens any more.
  virtual bool send(const std::string& message) = 0;
};

// One request and what surrounds it; borrowed for the call.
struct Request {
  const Message& message;
  const Peer& peer;
  Transport transport;
  telemetry::Context ambient;  // of the HTTP request's span
  std::stop_token stop;        // asked for when nobody waits for the answer any more
  Outlet* outlet = nullptr;    // null: nothing can be said before the answer
};

// The result as JSON text, or why there is none.
using Outcome = telemetry::Expected<std::string, RpcError>;

// The _meta of a request, or null where it has none that is an object.
const boost::json::object* meta_of(const Message& message);

// Whether a request carries what makes it one of the stateless era.
bool is_modern(const Message& message);

// Who asks, by the request's own _meta: protocolVersion and clientCapabilities are required (2026-07-28,
// basic/index, "Per-request protocol fields").
telemetry::Expected<Peer, RpcError> modern_peer(const Message& message);

RpcError method_not_found(const Message& message, const Peer& peer);
RpcError invalid_params(std::string message);

}  // namespace container_kit::kit::mcp
