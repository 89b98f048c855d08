// What tools know of repositories: inspections, kept from call to call where the program is one that stays.
//
// Metrics: container_kit.analysis_cache.lookups {cache.outcome}, .unwatched {error.type}, and what is kept:
// .repositories, .watches, .usage. Why a repository cannot be watched is logged once for each reason.
//
// Thread safety: every member, from any thread. Ownership: the registry owns it; metrics are the provider's.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <container_kit/kit/tool.h>
#include <container_kit/telemetry/manager.h>

#include "analyze/inspection_cache.h"

namespace container_kit::kit {

class Analyses {
 public:
  using Warn = std::function<void(std::string_view)>;

  explicit Analyses(telemetry::Manager& telemetry, Warn warn = write_to_stderr,
                    const analysis::InspectionCache::Limits& limits = {});

  ToolResult<std::shared_ptr<const analysis::Inspection>> inspect(const AnalyzeRequest& request,
                                                                  StepObserver& observer);

 private:
  static void write_to_stderr(std::string_view line);
  void count(const analysis::InspectionCache::Answer& answer);

  std::shared_ptr<analysis::InspectionCache> cache_;  // shared with the callback of the gauges
  Warn warn_;
  std::array<telemetry::BoundCounter<std::int64_t>, 4> lookups_;  // by Outcome
  telemetry::Counter<std::int64_t> unwatched_;
  std::array<std::atomic<bool>, 6> warned_{};  // by Blindness
};

// The repository that a call is about, by the registry's analyses where it keeps some. The steps are spans.
ToolResult<std::shared_ptr<const analysis::Inspection>> inspect_for(const ToolContext& context,
                                                                    std::string path);

}  // namespace container_kit::kit
