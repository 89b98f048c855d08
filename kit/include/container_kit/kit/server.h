// The HTTP server: tools, health and metrics under one address.
//
//   POST /mcp                 the Model Context Protocol, see docs/mcp.md
//   POST /api/tools/execute   runs a tool        GET /health             the process is alive
//   GET  /api/tools           lists the tools    GET /ready              and takes new work
//   GET  /api/tools/{name}/schema                GET /api/openapi.json   describes all of this
//   GET, POST /api/sessions and GET, PATCH, DELETE /api/sessions/{id}, see docs/sessions.md
//   GET  /metrics             for Prometheus     GET /health/telemetry   what telemetry is doing
//   GET  /api/pipelines       lists the pipelines
//   POST /api/pipelines/{name}/execute           runs one; its progress as Server-Sent Events
//
// Connections are coroutines on I/O threads, one a core; tools block, so they run on threads of their own,
// behind a queue of bounded length. Whatever a client sends, it gets a JSON error that says what was wrong,
// and the server goes on serving.
//
// Thread safety: drain(), stop() and url() may be called from any thread once listen() has succeeded;
// listen() and run() are called once each, in that order.
// Ownership: the registry and the telemetry are borrowed and must outlive the server.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/sessions.h>
#include <container_kit/kit/tool_registry.h>
#include <container_kit/telemetry/expected.h>
#include <container_kit/telemetry/manager.h>

namespace container_kit::kit {

namespace mcp {
class Extras;
}  // namespace mcp

struct ServerLimits {
  std::size_t header_bytes = 16'384;            // request line and headers; more is answered 431
  std::size_t body_bytes = 1'048'576;           // more is answered 413
  std::size_t json_depth = 32;                  // deeper JSON is answered 400
  std::size_t connections = 512;                // one more is answered 503 and closed
  std::size_t queued_calls = 64;                // tool calls that wait for a thread; one more is answered 503
  std::chrono::milliseconds handshake{10'000};  // of TLS, from the connection on
  std::chrono::milliseconds idle{60'000};       // how long a connection may be silent between requests
  std::chrono::milliseconds read{10'000};       // from the first byte of a request to its last
  std::chrono::milliseconds write{10'000};      // for the whole of a response
  std::chrono::milliseconds heartbeat{15'000};  // between signs of life on an answer that comes in parts
  std::chrono::milliseconds linger{2'000};      // for a refused client to stop sending before it is cut off
  std::chrono::milliseconds drain{10'000};      // from drain() to giving up on calls that still run
};

// Files in PEM, read anew when one of them changes.
struct TlsFiles {
  std::string certificate = {};  // the server's, with those between it and its root; empty: no TLS
  std::string private_key = {};  // of that certificate, without a password
  std::string client_authorities =
      {};  // who signs the certificates that clients must have; empty: they need none
};

struct ServerConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;               // 0 takes a free one
  std::vector<std::string> allowed_roots;  // existing directories that tools may look into
  std::vector<std::string> allowed_hosts;  // names beyond localhost that the Host header may carry
  // Holds the tokens that clients must know, one a line; read anew when it changes. Demanded where the host
  // is no loopback address and clients need no certificate. Empty: everybody may use the server.
  std::string token_file;
  TlsFiles tls;
  // Told, on any thread, what an operator should know of while the server runs: a certificate that cannot be
  // read anew. Null: nobody is.
  std::function<void(std::string_view)> on_problem;
  unsigned requests_per_second = 0;  // of each client address, twice as many at once; 0: no limit
  unsigned io_threads = 0;           // 0: one a core
  unsigned tool_threads = 0;         // 0: one a core, at least two
  unsigned waiting_threads = 16;     // of tools that wait for programs (Tool::waits()): so many at a time
  bool stop_on_signals = false;      // SIGINT and SIGTERM drain; a second one stops
  std::shared_ptr<const mcp::Extras> mcp_extras;  // what MCP offers beyond the tools: for tests
  std::shared_ptr<Sessions> sessions;             // null: there are none, and whoever asks is told so
  ServerLimits limits;
};

enum class StopOutcome {
  kDrained,    // every call finished and was answered
  kAbandoned,  // the deadline passed, or stop() was called, with calls possibly still running
};

class Server {
 public:
  Server(ServerConfig config, const ToolRegistry& tools, telemetry::Manager& telemetry);

  // Asks running tools to stop and waits for them: a tool that ignores its stop token delays this for as long
  // as it runs.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds, listens, and takes over the signals where the configuration says so. The error's message is one
  // line that says what to do.
  telemetry::Expected<void> listen();

  // "http://127.0.0.1:8080", with the port that was really taken. Valid after listen().
  std::string url() const;

  // "GET /health", in order: what is served. Valid after listen().
  std::vector<std::string> routes() const;

  // Serves until drain() has come to its end or stop() was called.
  StopOutcome run();

  // Not ready from now on: running calls finish, new ones are answered 503, idle connections are closed.
  void drain();

  // Leaves at once.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace container_kit::kit
