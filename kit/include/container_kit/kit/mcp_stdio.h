// MCP over standard input and output: one JSON-RPC message a line, for a client that started this process.
//
// Requests are answered side by side: what may block runs on threads of its own, so that a ping, or a
// cancellation, gets through while a tool works. Whatever comes in, what goes out is messages of one line
// each and nothing else.
//
// Thread safety: a function that returns when the client has closed its end, or when told to stop.
// Ownership: borrows everything for the call.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <container_kit/kit/server.h>
#include <container_kit/telemetry/context.h>

namespace container_kit::kit {

struct StdioLimits {
  std::size_t line_bytes = 1'048'576;  // a longer line is passed over and answered with an error
  std::size_t json_depth = 32;         // deeper JSON is answered with an error
  std::size_t queued_calls = 64;       // calls that wait for a thread; one more is answered with an error
  std::chrono::milliseconds drain{10'000};  // from the end of the input to giving up on calls that still run
};

struct StdioConfig {
  int input = 0;  // file descriptors; not closed
  int output = 1;
  int stop = -1;  // readable when it is time to stop; -1: only the end of the input is
  std::vector<std::string> allowed_roots;     // existing directories that tools may look into
  unsigned tool_threads = 0;                  // 0: one a core, at least two
  unsigned waiting_threads = 16;              // of tools that wait for programs (Tool::waits())
  telemetry::Context ambient = {};            // of whoever started this process
  std::shared_ptr<const mcp::Extras> extras;  // what is offered beyond the tools: for tests
  std::shared_ptr<Sessions> sessions;         // null: there are none
  StdioLimits limits = {};
};

// kAbandoned: calls were still running when the deadline for draining passed; they still are, so that the
// process should end.
StopOutcome serve_mcp_over_stdio(const StdioConfig& config, const ToolRegistry& tools,
                                 telemetry::Manager& telemetry);

}  // namespace container_kit::kit
