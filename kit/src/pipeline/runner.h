// Runs a pipeline: its stages in their order, each a tool call in a span of its own.
//
// The pipeline is a span `pipeline.<name>` and each stage that runs one `pipeline.<name>.<stage>` below it,
// with the guide's metrics. A stage is skipped, with the reason, where its condition does not hold or none of
// its programs is installed. One that fails is tried again as its retry says, where another try can help;
// then the pipeline runs `on_failure` and ends, unless the stage says to go on. After each stage what is done
// is saved.
//
// Thread safety: run() may be called from many threads at once.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include <container_kit/kit/tool.h>

#include "pipeline/definition.h"
#include "pipeline/run_state.h"

namespace container_kit::kit::pipeline {

enum class StageStatus { kSucceeded, kFailed, kSkipped, kResumed };
std::string_view name_of(StageStatus status) noexcept;

struct StageReport {
  std::string name;
  StageStatus status = StageStatus::kSucceeded;
  std::string reason = {};  // why it was skipped, or what failed
  std::chrono::milliseconds duration{0};
  int attempts = 0;
  std::optional<ToolError> error = std::nullopt;
  boost::json::object result = {};
};

// Where a run lies among those that began it as a stage of theirs; it goes with each of its calls. What the
// outermost run began is bounded as a whole: its depth, so that a pipeline that runs itself comes to an end
// before the stack does, and its stages, which would grow with the power of the depth and have threads.
struct Nesting {
  static constexpr int kDeepest = 8;
  static constexpr int kMostStages = 1'000;

  int depth = 1;                            // of the outermost run
  std::atomic<int>* stages_left = nullptr;  // of all runs together
};

struct RunReport {
  std::string id;
  std::vector<StageReport> stages;  // of the steps that were reached, in the definition's order
  std::optional<ToolError> error;   // of the stage that ended it
  std::string unsaved;              // why it cannot be resumed, where that is so
};

// Progress is told to the context: one for each finished stage, with "STAGE: what it is doing" in between.
// `state`: new, or one that was loaded, whose results are taken over. A run within another is not saved: the
// outermost one starts it again. Beyond the bounds of Nesting it ends with kLimitReached.
RunReport run(const Definition& definition, RunState state, const RunFolder& folder,
              const ToolContext& context);

}  // namespace container_kit::kit::pipeline
