#include "pipeline/runner.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <boost/json.hpp>

#include <container_kit/kit/tool_call.h>

#include "pipeline/expression.h"
#include "process/programs.h"
#include "tools/deadline_clock.h"

namespace container_kit::kit::pipeline {
namespace json = boost::json;

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Failures that another try may not have.
bool may_pass(ToolErrorCode code) {
  constexpr std::array<ToolErrorCode, 3> kPassing{ToolErrorCode::kProgramFailed, ToolErrorCode::kInternal,
                                                  ToolErrorCode::kDeadlineExceeded};
  return std::find(kPassing.begin(), kPassing.end(), code) != kPassing.end();
}

// Returns early when the call is to stop.
void wait(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop, time, [] { return false; });
}

std::string missing_program(const Stage& stage) {
  if (stage.programs.empty()) return {};
  const std::vector<std::string_view> names(stage.programs.begin(), stage.programs.end());
  const auto found = process::find_program(names, {}, {});
  if (found) return {};
  std::string list;
  for (const auto& name : stage.programs) list += (list.empty() ? "" : ", ") + name;
  return "none of these is installed: " + list;
}

// Of a run that the context's call begins.
Nesting nesting_of(const ToolContext& context, std::atomic<int>& own_stages) {
  if (context.within == nullptr) return {1, &own_stages};
  return {context.within->depth + 1, context.within->stages_left};
}

// One run, from its first stage to its last. The mutex guards what stages of a step share.
class Run {
 public:
  Run(const Definition& definition, RunState state, const RunFolder& folder, const ToolContext& context)
      : definition_(definition), state_(std::move(state)), folder_(folder), context_(context) {
    report_.id = state_.id;
    scope_ =
        json::object{{"inputs", state_.inputs}, {"stages", json::object()}, {"run", {{"id", state_.id}}}};
    for (const auto& [name, result] : state_.results) put(name, "succeeded", result);
  }

  RunReport go() {
    report_.error = beyond_bounds();
    if (report_.error) return std::move(report_);
    if (nesting_.depth == 1 && context_.listener != nullptr) context_.listener->run_begins(state_.id);
    save();
    int index = 0;
    for (const auto& step : definition_.steps) {
      run_step(step, index);
      index += static_cast<int>(step.size());
      if (report_.error) break;
    }
    if (report_.error) {
      run_cleanup();
    } else if (!stop_.stop_requested() && nesting_.depth == 1) {
      folder_.remove(state_.id);
    }
    return std::move(report_);
  }

 private:
  std::optional<ToolError> beyond_bounds() {
    if (nesting_.depth > Nesting::kDeepest) {
      return ToolError{ToolErrorCode::kLimitReached,
                       "pipelines may lie within each other " + std::to_string(Nesting::kDeepest) +
                           " deep and no deeper; does one run itself?",
                       ""};
    }
    if (nesting_.stages_left->fetch_sub(total()) < total()) {
      return ToolError{
          ToolErrorCode::kLimitReached,
          "a run and those within it may have " + std::to_string(Nesting::kMostStages) + " stages together",
          ""};
    }
    return std::nullopt;
  }

  int total() const { return static_cast<int>(definition_.stages().size()); }

  void run_step(const std::vector<Stage>& step, int first) {
    std::vector<StageReport> reports(step.size());
    const auto parent = telemetry::Context::current();
    const auto run_one = [&](std::size_t i) {
      reports[i] = run_stage(step[i], first + static_cast<int>(i), parent);
    };
    {
      std::vector<std::jthread> others;
      for (std::size_t i = 1; i < step.size(); ++i) others.emplace_back([&run_one, i] { run_one(i); });
      run_one(0);
    }
    for (std::size_t i = 0; i < step.size(); ++i) {
      const bool ends_it = reports[i].status == StageStatus::kFailed && !step[i].continue_on_failure;
      if (ends_it && !report_.error) report_.error = reports[i].error;
      report_.stages.push_back(std::move(reports[i]));
    }
  }

  // Stages that tidy up run whatever becomes of them, and also where the call was cancelled: their tools'
  // deadlines bound them.
  void run_cleanup() {
    stop_ = {};
    for (const auto& stage : definition_.on_failure) {
      report_.stages.push_back(run_stage(stage, total(), telemetry::Context::current()));
    }
  }

  StageReport run_stage(const Stage& stage, int index, const telemetry::Context& parent) {
    StageReport report{.name = stage.name};
    if (auto done = result_of(stage.name)) {
      report.status = StageStatus::kResumed;
      report.result = std::move(*done);
    } else if (auto reason = reason_to_skip(stage, report); !reason.empty()) {
      skip(stage, report, std::move(reason));
    } else if (!report.error) {
      const auto start = steady_clock::now();
      perform(stage, index, parent, report);
      report.duration = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
    }
    settle(report);
    return report;
  }

  // Of an earlier run.
  std::optional<json::object> result_of(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = state_.results.find(name);
    return found == state_.results.end() ? std::nullopt : std::optional(found->second);
  }

  std::string reason_to_skip(const Stage& stage, StageReport& report) {
    if (!stage.when.empty()) {
      const auto holds = ask(stage.when);
      if (!holds) {
        fail(report, holds.error());
        return {};
      }
      if (!is_true(*holds))
        return stage.otherwise.empty() ? "its condition does not hold: " + stage.when : stage.otherwise;
    }
    return missing_program(stage);
  }

  static void fail(StageReport& report, ToolError error) {
    report.status = StageStatus::kFailed;
    report.reason = error.message;
    report.error = std::move(error);
  }

  void skip(const Stage& stage, StageReport& report, std::string reason) const {
    report.status = StageStatus::kSkipped;
    report.reason = std::move(reason);
    telemetry::Manager::record_event("pipeline.stage.skipped",
                                     {{"pipeline.stage", stage.name}, {"skip.reason", report.reason}});
  }

  void perform(const Stage& stage, int index, const telemetry::Context& parent, StageReport& report) {
    tell_of_start(stage);
    const telemetry::PipelineStage place(stage.name, index, total());
    const auto done = context_.telemetry.instrument_pipeline_stage(
        parent, definition_.name, place, [&]() -> ToolResult<void> {
          attempt_until_done(stage, report);
          if (report.status != StageStatus::kFailed) return {};
          return *report.error;
        });
    static_cast<void>(done);  // it is in the report
  }

  void attempt_until_done(const Stage& stage, StageReport& report) {
    milliseconds backoff = stage.retry.backoff;
    while (true) {
      ++report.attempts;
      report.error.reset();
      report.status = StageStatus::kSucceeded;
      attempt(stage, report);
      const bool is_last = report.attempts >= stage.retry.attempts || stop_.stop_requested();
      if (report.status != StageStatus::kFailed || is_last || !may_pass(report.error->code)) return;
      telemetry::Manager::record_event("pipeline.stage.retry", {{"error.type", name_of(report.error->code)},
                                                                {"retry.attempt", report.attempts}});
      wait(backoff, stop_);
      backoff *= 2;
    }
  }

  void attempt(const Stage& stage, StageReport& report) {
    const auto arguments = [&] {
      const std::lock_guard lock(mutex_);
      return expand(stage.arguments, scope_);
    }();
    if (!arguments) return fail(report, arguments.error());
    auto output = call(stage, arguments->get_object());
    if (!output) return judge_failure(stage, report, std::move(output).error());
    boost::system::error_code problem;
    json::value result = json::parse(output->json, problem);
    if (!problem && result.is_object()) report.result = std::move(result.get_object());
    check(stage, report);
  }

  // What says nothing is left out, so that the tool's own default holds.
  ToolResult<ToolOutput> call(const Stage& stage, json::object arguments) {
    for (auto it = arguments.begin(); it != arguments.end();) {
      const bool is_nothing = it->value().is_null() || it->value() == json::value("");
      it = is_nothing ? arguments.erase(it) : it + 1;
    }
    std::stop_source stop;
    const std::stop_callback with_the_run(stop_, [&stop] { stop.request_stop(); });
    std::optional<DeadlineClock::Watch> watch;
    const auto deadline = steady_clock::now() + stage.timeout;
    if (stage.timeout.count() > 0) watch.emplace(DeadlineClock::shared(), deadline, stop);
    Told told(*this, stage.name);
    const ToolCaller caller{context_.telemetry,     *context_.tools,
                            context_.allowed_roots, telemetry::Context::current(),
                            stop.get_token(),       context_.listener != nullptr ? &told : nullptr,
                            context_.sessions,      {},
                            context_.is_logged,     &nesting_};
    auto output = call_tool(caller, stage.tool, arguments, 0);
    const bool is_late = stage.timeout.count() > 0 && steady_clock::now() >= deadline;
    if (!output && output.error().code == ToolErrorCode::kCancelled && is_late && !stop_.stop_requested()) {
      return ToolError{ToolErrorCode::kDeadlineExceeded,
                       "stage " + stage.name + " took longer than its timeout of " +
                           std::to_string(stage.timeout.count()) + " ms",
                       ""};
    }
    return output;
  }

  void judge_failure(const Stage& stage, StageReport& report, ToolError error) const {
    const auto code = name_of(error.code);
    const bool is_nothing_to_do =
        std::find(stage.skip_on.begin(), stage.skip_on.end(), code) != stage.skip_on.end();
    if (is_nothing_to_do) return skip(stage, report, std::move(error.message));
    fail(report, std::move(error));
  }

  void check(const Stage& stage, StageReport& report) {
    if (stage.check.empty()) return;
    const auto holds = ask_of(report.result, stage.check);
    if (!holds) return fail(report, holds.error());
    if (is_true(*holds)) return;
    fail(report,
         {ToolErrorCode::kConflict,
          stage.complaint.empty() ? "what must hold of its result does not: " + stage.check : stage.complaint,
          ""});
  }

  // Of what is known now.
  ToolResult<json::value> ask(std::string_view expression) {
    const std::lock_guard lock(mutex_);
    return evaluate(expression, scope_);
  }

  // With `result` beside it, which is the stage's own.
  ToolResult<json::value> ask_of(const json::object& result, std::string_view expression) {
    const std::lock_guard lock(mutex_);
    scope_.get_object()["result"] = result;
    auto answer = evaluate(expression, scope_);
    scope_.get_object().erase("result");
    return answer;
  }

  void put(const std::string& stage, std::string_view status, const json::object& result) {
    scope_.at("stages").get_object()[stage] = json::object{{"status", status}, {"result", result}};
  }

  void settle(const StageReport& report) {
    const std::lock_guard lock(mutex_);
    put(report.name, report.status == StageStatus::kResumed ? "succeeded" : name_of(report.status),
        report.result);
    if (report.status == StageStatus::kSucceeded) {
      state_.results[report.name] = report.result;
      save();
    }
    ++finished_;
    std::string message = report.name + ": " + std::string(name_of(report.status));
    if (!report.reason.empty()) message += ", " + report.reason;
    context_.progress(std::min(finished_, total()), total(), message);
  }

  // A little more is done by each that has begun, because only what increases is passed on.
  void tell_of_start(const Stage& stage) {
    const std::lock_guard lock(mutex_);
    constexpr double kLittle = 1.0 / 1'024;
    told_ = std::max<double>(told_, finished_) + kLittle;
    if (told_ < total()) context_.progress(told_, total(), stage.name + ": started");
  }

  // What a stage's tool tells of itself, as a part of the whole.
  class Told : public ProgressListener {
   public:
    Told(Run& run, const std::string& stage) : run_(run), stage_(stage) {}
    void report(double done, double all, std::string_view message) override {
      const std::lock_guard lock(run_.mutex_);
      constexpr double kAlmost = 0.99;  // the rest is for its end
      const double part = all > 0 ? std::min(done / all, 1.0) * kAlmost : done / (done + 10) * kAlmost;
      run_.context_.progress(run_.finished_ + part, run_.total(), stage_ + ": " + std::string(message));
    }

   private:
    Run& run_;
    const std::string& stage_;
  };

  void save() {
    if (!report_.unsaved.empty() || nesting_.depth > 1) return;
    if (const auto saved = folder_.save(state_); !saved) report_.unsaved = saved.error().message;
  }

  const Definition& definition_;
  std::mutex mutex_;
  RunState state_;
  const RunFolder& folder_;
  const ToolContext& context_;
  std::atomic<int> own_stages_ = Nesting::kMostStages;
  Nesting nesting_ = nesting_of(context_, own_stages_);
  std::stop_token stop_ = context_.stop;
  RunReport report_;
  json::value scope_;  // what expressions see
  int finished_ = 0;
  double told_ = 0;  // of what is done, when the last stage began
};

}  // namespace

std::string_view name_of(StageStatus status) noexcept {
  switch (status) {
    case StageStatus::kFailed:
      return "failed";
    case StageStatus::kSkipped:
      return "skipped";
    case StageStatus::kResumed:
      return "resumed";
    case StageStatus::kSucceeded:
      break;
  }
  return "succeeded";
}

RunReport run(const Definition& definition, RunState state, const RunFolder& folder,
              const ToolContext& context) {
  RunReport report;
  const auto done = context.telemetry.instrument_pipeline(definition.name, [&]() -> ToolResult<void> {
    telemetry::Manager::add_contextual_attributes({{"pipeline.run.id", state.id}});
    report = Run(definition, std::move(state), folder, context).go();
    if (!report.error) return {};
    return *report.error;
  });
  static_cast<void>(done);  // it is in the report
  return report;
}

}  // namespace container_kit::kit::pipeline
