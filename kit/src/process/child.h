// Runs one program, by its arguments and never through a shell, and sees to it that nothing of it is left.
//
// The child starts in a process group of its own with a clean environment (clean_environment.h), an empty
// standard input, no inherited descriptors and no blocked signals. When the call is cancelled or its deadline
// comes near, the group is asked to end by SIGTERM and killed at the deadline, or two seconds later. Whatever
// of the group is left when the program has ended is killed as well. Where this process itself is killed, the
// kernel sends the child SIGTERM.
//
// Each child is a span named after the program, of kind CLIENT, with process.executable.name, process.pid and
// process.exit.code (OpenTelemetry semantic conventions, "Process" and "CLI"), and the last lines that it
// wrote in an event. The context goes on to it as TRACEPARENT.
//
// Thread safety: run_child() may be called from many threads. It blocks until the child has ended.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool.h>

namespace container_kit::kit::process {

struct ChildRequest {
  std::string program;                 // an absolute path, as find_program() gives it
  std::vector<std::string> arguments;  // without the program's own name
  int folder = -1;                     // an open directory to start in; -1: this process's own
  // Each line of both outputs as it comes, without its end; longer lines come in pieces of 64 KiB.
  std::function<void(std::string_view line)> on_line = nullptr;
  std::size_t most_output = std::size_t{1} << 20;  // of standard output; more is kTooLarge
};

struct ChildResult {
  int exit_code = 0;   // 128 + the signal that ended it
  std::string output;  // standard output
  std::string tail;    // the last lines of both, at most 4 KiB of printable text
};

// Errors: kCancelled and kDeadlineExceeded, after which the child is gone; kTooLarge; kInternal where it
// cannot be started. An exit code other than 0 is no error here.
ToolResult<ChildResult> run_child(const ChildRequest& request, const ToolContext& context);

// The same, where an exit code other than 0 is kProgramFailed, with the last line that it wrote.
ToolResult<ChildResult> run_successfully(const ChildRequest& request, const ToolContext& context);

}  // namespace container_kit::kit::process
