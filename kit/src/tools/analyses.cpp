#include "tools/analyses.h"

#include <cstdio>
#include <utility>

#include <container_kit/kit/tool_registry.h>

#include "tools/step_spans.h"

namespace container_kit::kit {

namespace {

using analysis::InspectionCache;
using analysis::TreeWatch;
using Inspected = ToolResult<std::shared_ptr<const analysis::Inspection>>;

constexpr std::array<std::string_view, 4> kOutcomes{"hit", "miss", "stale", "unwatched"};

std::string_view name_of(InspectionCache::Outcome outcome) {
  return kOutcomes[static_cast<std::size_t>(outcome)];
}

// By Blindness; behind "analyses are made anew for each call: ".
constexpr std::array<std::string_view, 6> kReasons{
    "",
    "no inotify instance is free; raise fs.inotify.max_user_instances, or the limit of open files",
    "no inotify watch is free; raise fs.inotify.max_user_watches",
    "a repository lies on a file system that may change without the kernel's knowing",
    "a repository has more folders than are watched",
    "inotify or /proc is missing",
};

// The callback goes with the provider; the cache may go before it.
void observe_size(telemetry::Meter& meter, const std::weak_ptr<InspectionCache>& cache) {
  const auto gauge = [&](std::string_view name, std::string_view description, std::string_view unit) {
    return meter.observable_gauge<std::int64_t>(name, {.description = description, .unit = unit});
  };
  const auto repositories =
      gauge("container_kit.analysis_cache.repositories", "Repositories whose analysis is kept.", "");
  const auto watches =
      gauge("container_kit.analysis_cache.watches", "inotify watches that analyses hold.", "");
  const auto usage =
      gauge("container_kit.analysis_cache.usage", "What kept analyses take in memory, about.", "By");
  meter.observe("analysis cache", [=](telemetry::Observations& out) {
    const auto kept = cache.lock();
    const auto size = kept ? kept->size() : InspectionCache::Size{};
    out.observe(repositories, static_cast<std::int64_t>(size.repositories));
    out.observe(watches, static_cast<std::int64_t>(size.watches));
    out.observe(usage, static_cast<std::int64_t>(size.bytes));
  });
}

}  // namespace

Analyses::Analyses(telemetry::Manager& telemetry, Warn warn, const InspectionCache::Limits& limits)
    : cache_(std::make_shared<InspectionCache>(limits)), warn_(std::move(warn)) {
  auto& meter = telemetry.metrics().meter();
  auto lookups = meter.counter<std::int64_t>("container_kit.analysis_cache.lookups",
                                             {.description = "Analyses that tools asked for."});
  for (std::size_t i = 0; i < kOutcomes.size(); ++i)
    lookups_[i] = lookups.bind({{"cache.outcome", kOutcomes[i]}});
  unwatched_ = meter.counter<std::int64_t>(
      "container_kit.analysis_cache.unwatched",
      {.description = "Analyses that were not kept, because changes could not be watched."});
  observe_size(meter, cache_);
}

void Analyses::write_to_stderr(std::string_view line) {
  std::fprintf(stderr, "container-kit: warning: %.*s\n", static_cast<int>(line.size()), line.data());
}

Inspected Analyses::inspect(const AnalyzeRequest& request, StepObserver& observer) {
  auto answer = cache_->inspect(request, observer);
  if (!answer) return answer.error();
  count(*answer);
  return std::move(answer->inspection);
}

void Analyses::count(const InspectionCache::Answer& answer) {
  lookups_[static_cast<std::size_t>(answer.outcome)].add(1);
  telemetry::Manager::add_contextual_attributes({{"cache.outcome", name_of(answer.outcome)}});
  if (answer.blindness == TreeWatch::Blindness::kNone) return;
  unwatched_.add(1, {{"error.type", analysis::name_of(answer.blindness)}});
  const auto reason = static_cast<std::size_t>(answer.blindness);
  if (warned_[reason].exchange(true)) return;
  warn_("analyses are made anew for each call: " + std::string(kReasons[reason]));
}

Inspected inspect_for(const ToolContext& context, std::string path) {
  StepSpans steps(context.telemetry.tracing());
  const AnalyzeRequest request{context.allowed_roots, std::move(path), {}, context.stop};
  Analyses* kept = context.tools == nullptr ? nullptr : context.tools->analyses();
  auto inspected = [&]() -> Inspected {
    if (kept != nullptr) return kept->inspect(request, steps);
    auto inspection = analysis::inspect(request, steps);
    if (!inspection) return inspection.error();
    return std::make_shared<const analysis::Inspection>(std::move(*inspection));
  }();
  if (!inspected && inspected.error().code == ToolErrorCode::kCancelled) return context.stopped();
  return inspected;
}

}  // namespace container_kit::kit
