#include <algorithm>

#include <boost/json.hpp>

#include <container_kit/kit/tool_call.h>

#include "tools/argument_check.h"
#include "tools/deadline_clock.h"
#include "tools/quoted.h"
#include "tools/session_use.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

// Lets through what increases, as MCP wants it.
class IncreasingOnly : public ProgressListener {
 public:
  explicit IncreasingOnly(ProgressListener& next) : next_(next) {}
  void report(double done, double total, std::string_view message) override {
    if (done <= last_) return;
    last_ = done;
    next_.report(done, total, message);
  }
  void run_begins(std::string_view id) override { next_.run_begins(id); }

 private:
  ProgressListener& next_;
  double last_ = -1;
};

void tell_of_refusal(const ToolError& error) {
  telemetry::Manager::record_event("tool.validation.failed", {{"error.type", name_of(error.code)},
                                                              {"error.component", "validator"},
                                                              {"tool.argument", error.field}});
}

// The clause that the guide wants on errors: which part of us it was.
void tell_of_failure(const ToolError& error) {
  telemetry::Manager::record_event("tool.processing.failed",
                                   {{"error.type", name_of(error.code)}, {"error.component", "tool"}});
}

void tell_of_completion(const ToolOutput& output) {
  constexpr std::string_view kName = "tool.processing.completed";
  if (!output.items) return telemetry::Manager::record_event(kName, {{"result.size", output.json.size()}});
  telemetry::Manager::record_event(kName,
                                   {{"result.size", output.json.size()}, {"result.items", *output.items}});
}

ToolResult<ToolOutput> execute(const ToolCaller& caller, const Tool& tool, const ToolArguments& arguments) {
  SessionUse session(caller);
  if (auto refused = session.begin()) {
    tell_of_refusal(*refused);
    return std::move(*refused);
  }
  const auto deadline = std::chrono::steady_clock::now() + tool.deadline();
  std::stop_source stop;
  const std::stop_callback when_the_caller_gives_up(caller.stop, [&stop] { stop.request_stop(); });
  const DeadlineClock::Watch watch(DeadlineClock::shared(), deadline, stop);
  std::optional<IncreasingOnly> progress;
  if (caller.listener != nullptr) progress.emplace(*caller.listener);
  const ToolContext context{caller.telemetry,
                            session.allowed_roots(),
                            stop.get_token(),
                            deadline,
                            progress ? &*progress : nullptr,
                            &caller.tools,
                            caller.sessions,
                            caller.is_logged,
                            caller.within};
  auto output = tool.execute(arguments, context);
  if (output) {
    tell_of_completion(*output);
  } else {
    tell_of_failure(output.error());
  }
  return output;
}

template <typename Given>
ToolResult<ToolOutput> check_and_execute(const ToolCaller& caller, const Tool& tool, const Given& given) {
  telemetry::Manager::add_contextual_attributes({{"tool.version", tool.version()}});
  telemetry::Manager::record_event("tool.validation.started");
  const auto arguments = check_arguments(tool.input(), given);
  if (arguments) return execute(caller, tool, *arguments);
  tell_of_refusal(arguments.error());
  return arguments.error();
}

// What failed is told of; so is, when it is done, what others waited for.
void write_log(const ToolCaller& caller, std::string_view label, const Tool* tool,
               const ToolResult<ToolOutput>& output, std::chrono::steady_clock::time_point started) {
  using std::chrono::steady_clock;
  using telemetry::LogLevel;
  const bool is_long = tool != nullptr && tool->waits();
  const auto level = !output ? LogLevel::kWarn : is_long ? LogLevel::kInfo : LogLevel::kDebug;
  if (!caller.is_logged || !caller.telemetry.is_log_on(level)) return;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - started);
  const double milliseconds = static_cast<double>(took.count()) / 1e3;
  if (output) {
    caller.telemetry.log(level, "tool completed", {{"tool.name", label}, {"duration_ms", milliseconds}});
    return;
  }
  const auto& error = output.error();
  const std::array<telemetry::Attribute, 5> all{{{"tool.name", label},
                                                 {"error.type", name_of(error.code)},
                                                 {"error.message", error.message},
                                                 {"duration_ms", milliseconds},
                                                 {"error.field", error.field}}};
  caller.telemetry.log(level, "tool failed", std::span(all).first(error.field.empty() ? 4 : 5));
}

// Runs `work` in the span of the tool. The exception is in the span; the caller learns that there was one.
template <typename Work>
ToolResult<ToolOutput> instrumented(const ToolCaller& caller, std::string_view label, const Tool* tool,
                                    const Work& work) {
  const auto started = std::chrono::steady_clock::now();
  try {
    return caller.telemetry.instrument_tool_execution(caller.parent, label, [&] {
      ToolResult<ToolOutput> output = work();
      write_log(caller, label, tool, output, started);
      return output;
    });
  } catch (const std::exception& error) {
    if (caller.is_logged) {
      caller.telemetry.log(
          telemetry::LogLevel::kError, "tool failed",
          {{"tool.name", label}, {"error.type", "internal"}, {"error.message", error.what()}});
    }
    return ToolError{ToolErrorCode::kInternal, "the tool failed; its trace says more", ""};
  }
}

}  // namespace

void ToolContext::progress(double done, double total, std::string_view message) const {
  if (listener != nullptr) listener->report(done, total, message);
}

ToolError ToolContext::stopped() const {
  if (std::chrono::steady_clock::now() < deadline) {
    return {ToolErrorCode::kCancelled, "the call was cancelled before it was done", ""};
  }
  return {ToolErrorCode::kDeadlineExceeded, "the tool took longer than its deadline and was stopped", ""};
}

ToolResult<ToolOutput> call_tool(const ToolCaller& caller, std::string_view name,
                                 const json::object& arguments, std::size_t input_size) {
  const Tool* tool = caller.tools.find(name);
  return instrumented(caller, tool != nullptr ? name : kUnknownTool, tool, [&]() -> ToolResult<ToolOutput> {
    telemetry::Manager::add_contextual_attributes({{"input.size", input_size}});
    if (tool != nullptr) return check_and_execute(caller, *tool, arguments);
    return ToolError{ToolErrorCode::kToolNotFound,
                     "there is no tool " + in_quotes(name) + "; GET /api/tools lists them", "tool"};
  });
}

ToolResult<ToolOutput> call_tool(const ToolCaller& caller, const Tool& tool, const ToolArguments& arguments) {
  return instrumented(caller, tool.name(), &tool, [&] { return check_and_execute(caller, tool, arguments); });
}

json::object describe(const Tool& tool) {
  const auto annotations = tool.annotations();
  const auto output = tool.output_schema();
  return {{"name", tool.name()},
          {"title", tool.title()},
          {"description", tool.description()},
          {"version", tool.version()},
          {"input_schema", json::parse(json_schema(tool.input()))},
          {"output_schema", output.empty() ? json::value() : json::parse(output)},
          {"annotations",
           {{"readOnlyHint", annotations.read_only},
            {"destructiveHint", annotations.destructive},
            {"idempotentHint", annotations.idempotent},
            {"openWorldHint", annotations.open_world}}},
          {"deadline_ms", tool.deadline().count()}};
}

}  // namespace container_kit::kit
