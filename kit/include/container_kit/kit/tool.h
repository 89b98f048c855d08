// A tool: one thing Container Kit can do for a caller, over MCP, over HTTP or on the command line.
//
// To add one, add kit/src/tools/builtin/NAME.cpp with a class derived from Tool and a function
// `std::unique_ptr<Tool> make_NAME_tool()`; the build finds it there.
//
// Thread safety: one Tool serves many calls at once, so execute() must not change the object unguarded.
// It runs on a worker thread and may block.
// Ownership: the registry owns its tools; what a call gets is borrowed for that call.
// Errors: returned as ToolError. An exception that escapes is answered as an internal error.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_error.h>
#include <container_kit/kit/tool_input.h>
#include <container_kit/telemetry/manager.h>

namespace container_kit::kit {

class Sessions;
class ToolRegistry;

namespace pipeline {
struct Nesting;
}

// Hears how far a call has come. report() is called on the thread that runs the tool, `done` always above
// what it was the last time.
class ProgressListener {
 public:
  ProgressListener() = default;
  ProgressListener(const ProgressListener&) = delete;
  ProgressListener& operator=(const ProgressListener&) = delete;
  virtual ~ProgressListener() = default;
  virtual void report(double done, double total, std::string_view message) = 0;
  // That a pipeline's run begins, or goes on, before anything of it is reported: `id` resumes it, should it
  // not come to its end. Only for the call itself, not for those that a stage of it makes.
  virtual void run_begins(std::string_view id) { static_cast<void>(id); }
};

// What surrounds one call; borrowed for that call. The span `tool.<name>` is current while the tool runs.
struct ToolContext {
  telemetry::Manager& telemetry;
  const std::vector<std::string>& allowed_roots;  // paths a caller names must lie in one of these directories
  // Asked for when nobody waits for the answer any more, and when the deadline has passed. Long work looks at
  // it and returns stopped().
  std::stop_token stop = {};
  // When the caller stops waiting. A child process must be dead by then.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  ProgressListener* listener = nullptr;
  const ToolRegistry* tools = nullptr;  // those that the program offers; null where it offers none
  Sessions* sessions = nullptr;         // null where the program has none
  bool is_logged = true;                // as ToolCaller::is_logged
  pipeline::Nesting* within = nullptr;  // the pipeline that the call is a stage of, or null

  // Says that `done` of `total` is done; a `total` of 0 is not known. What does not increase is not passed
  // on.
  void progress(double done, double total, std::string_view message) const;

  // The error to give up with: kDeadlineExceeded or kCancelled, by what the clock says.
  ToolError stopped() const;
};

// The same answer twice: for programs, and for people.
struct ToolOutput {
  std::string json;                       // one JSON object, as output_schema() describes it
  std::string text;                       // lines for a terminal
  std::optional<std::size_t> items = {};  // how many things it is about, where that can be counted
};

// What a client may assume before it asks its user (MCP's ToolAnnotations; the defaults are the
// specification's).
struct ToolAnnotations {
  bool read_only = false;   // changes nothing
  bool destructive = true;  // may undo what was there; means nothing where read_only
  bool idempotent = false;  // again with the same arguments changes nothing more
  bool open_world = true;   // deals with the world outside: registries, clusters
};

class Tool {
 public:
  virtual ~Tool() = default;

  // Static for the life of the tool. The name is snake_case, a pipeline's may have dashes, and unique in a
  // registry.
  virtual std::string_view name() const = 0;
  virtual std::string_view title() const { return name(); }  // the name for people
  virtual std::string_view description() const = 0;
  virtual std::string_view version() const = 0;
  virtual const ToolInput& input() const = 0;

  // The JSON Schema of ToolOutput::json, as JSON text: result_schema({...}) writes it. Empty: not described.
  virtual std::string output_schema() const { return {}; }
  virtual ToolAnnotations annotations() const { return {}; }
  // How long a call may take.
  virtual std::chrono::milliseconds deadline() const { return std::chrono::seconds(30); }
  // Whether a call mostly waits for programs that it starts. Servers run such calls on threads of their own,
  // so that those which answer in a moment never wait for them.
  virtual bool waits() const { return deadline() > std::chrono::minutes(1); }

  // Precondition: the arguments have been checked against input().
  virtual ToolResult<ToolOutput> execute(const ToolArguments& arguments,
                                         const ToolContext& context) const = 0;
};

}  // namespace container_kit::kit
