#include "process/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <container_kit/telemetry/environment_carrier.h>

#include "analyze/safe_text.h"
#include "process/clean_environment.h"
#include "process/output_lines.h"
#include "process/spawn.h"

namespace container_kit::kit::process {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kGrace{2'000};  // between SIGTERM and SIGKILL

// Readable once the token is asked to stop.
class StopSignal {
 public:
  explicit StopSignal(std::stop_token token)
      : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback_(std::move(token), Raise{event_.get()}) {}
  int fd() const { return event_.get(); }

 private:
  struct Raise {
    int fd;
    void operator()() const noexcept { static_cast<void>(::eventfd_write(fd, 1)); }
  };
  UniqueFd event_;
  std::stop_callback<Raise> callback_;
};

std::string name_of_program(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// A child from its start to its end.
class Running {
 public:
  Running(Spawned child, const ChildRequest& request, const ToolContext& context)
      : child_(std::move(child)), request_(request), context_(context), stop_(context.stop) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (!is_reaped_) {
      ::kill(-child_.pid, SIGKILL);
      reap();
    }
  }

  ToolResult<ChildResult> watch() {
    while (!has_ended_ || ((child_.output || child_.errors) && steady_clock::now() < forsake_at_)) {
      wait_for_something();
    }
    output_lines_.finish();
    error_lines_.finish();
    result_.exit_code = reap();
    result_.tail = tail_.text();
    if (was_stopped_) return context_.stopped();
    if (is_too_large_) {
      return ToolError{ToolErrorCode::kTooLarge,
                       name_of_program(request_.program) + " wrote more than " +
                           std::to_string(request_.most_output) + " bytes",
                       ""};
    }
    return std::move(result_);
  }
  const ChildResult& result() const { return result_; }

 private:
  void wait_for_something() {
    std::array<pollfd, 4> watched{{{has_ended_ ? -1 : child_.ended.get(), POLLIN, 0},
                                   {child_.output.get(), POLLIN, 0},
                                   {child_.errors.get(), POLLIN, 0},
                                   {was_stopped_ ? -1 : stop_.fd(), POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), timeout());
    if (ready < 0 && errno != EINTR) return sweep();
    if (watched[3].revents != 0 || steady_clock::now() >= time_to_ask()) ask_to_end();
    if (was_stopped_ && steady_clock::now() >= kill_at_) ::kill(-child_.pid, SIGKILL);
    if (watched[1].revents != 0) read(child_.output, output_lines_, true);
    if (watched[2].revents != 0) read(child_.errors, error_lines_, false);
    if (watched[0].revents != 0) sweep();
  }

  steady_clock::time_point time_to_ask() const {
    const bool is_none = context_.deadline == steady_clock::time_point::max();
    return is_none ? context_.deadline : context_.deadline - kGrace / 4;
  }

  int timeout() const {
    auto until = has_ended_ ? forsake_at_ : was_stopped_ ? kill_at_ : time_to_ask();
    if (until == steady_clock::time_point::max()) return -1;
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    // Past it, what was killed is about to end.
    constexpr milliseconds kLeast{10};
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), kLeast.count(), 60'000));
  }

  void ask_to_end() {
    if (was_stopped_) return;
    was_stopped_ = true;
    const auto now = steady_clock::now();
    kill_at_ = std::min(now + kGrace, std::max(now, context_.deadline));
    ::kill(-child_.pid, SIGTERM);
  }

  // The program has ended: what it left running goes with it. What fled from the group may hold the pipes
  // open, and is not waited for.
  void sweep() {
    has_ended_ = true;
    forsake_at_ = steady_clock::now() + kGrace / 2;
    ::kill(-child_.pid, SIGKILL);
  }

  void read(UniqueFd& from, OutputLines& lines, bool is_output) {
    std::array<char, 65'536> buffer;
    const ssize_t size = ::read(from.get(), buffer.data(), buffer.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
      from = UniqueFd();
      return;
    }
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
    lines.add(bytes);
    if (!is_output) return;
    if (result_.output.size() + bytes.size() <= request_.most_output) {
      result_.output.append(bytes);
    } else if (!is_too_large_) {
      is_too_large_ = true;
      ::kill(-child_.pid, SIGKILL);
    }
  }

  int reap() {
    int status = 0;
    while (::waitpid(child_.pid, &status, 0) < 0 && errno == EINTR) {
    }
    is_reaped_ = true;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

  void take(std::string_view line) {
    tail_.add(line);
    if (request_.on_line) request_.on_line(line);
  }

  Spawned child_;
  const ChildRequest& request_;
  const ToolContext& context_;
  StopSignal stop_;
  OutputTail tail_;
  OutputLines output_lines_{[this](std::string_view line) { take(line); }};
  OutputLines error_lines_{[this](std::string_view line) { take(line); }};
  ChildResult result_;
  steady_clock::time_point kill_at_{};
  steady_clock::time_point forsake_at_{};
  bool has_ended_ = false;
  bool is_reaped_ = false;
  bool was_stopped_ = false;
  bool is_too_large_ = false;
};

void tell(telemetry::ActiveSpan& span, const ChildResult& result) {
  span.set_attribute("process.exit.code", result.exit_code);
  if (!result.tail.empty()) span.add_event("process.output", {{"process.output.tail", result.tail}});
}

}  // namespace

ToolResult<ChildResult> run_child(const ChildRequest& request, const ToolContext& context) {
  if (context.stop.stop_requested()) return context.stopped();
  const std::string name = name_of_program(request.program);
  const auto& tracing = context.telemetry.tracing();
  telemetry::ActiveSpan span = tracing.start_span(name, {.kind = telemetry::SpanKind::kClient});
  span.set_attribute("process.executable.name", name);
  telemetry::ChildEnvironment environment(context.telemetry.propagator(), telemetry::Context::current(),
                                          clean_environment());
  auto child = spawn(request.program, request.arguments, request.folder, environment.envp());
  if (!child) {
    tracing.record_error(span, child.error());
    return std::move(child).error();
  }
  span.set_attribute("process.pid", child->pid);
  Running running(std::move(*child), request, context);
  auto result = running.watch();
  tell(span, result ? *result : running.result());
  if (!result) {
    tracing.record_error(span, result.error());
  } else if (result->exit_code != 0) {
    span.set_attribute("error.type", std::to_string(result->exit_code));
    span.set_status(telemetry::StatusCode::kError, "exit code " + std::to_string(result->exit_code));
  }
  return result;
}

ToolResult<ChildResult> run_successfully(const ChildRequest& request, const ToolContext& context) {
  auto result = run_child(request, context);
  if (!result || result->exit_code == 0) return result;
  std::string message = name_of_program(request.program);
  if (!request.arguments.empty()) message += " " + request.arguments.front();
  message += " ended with " + std::to_string(result->exit_code);
  const std::string& tail = result->tail;
  if (!tail.empty()) {
    const std::size_t before = tail.size() < 2 ? std::string::npos : tail.rfind('\n', tail.size() - 2);
    const std::size_t from = before == std::string::npos ? 0 : before + 1;
    message += ": " + tail.substr(from, tail.size() - from - 1);
  }
  return ToolError{ToolErrorCode::kProgramFailed, std::move(message), ""};
}

}  // namespace container_kit::kit::process
