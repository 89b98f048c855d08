#include <iterator>
#include <utility>

#include <container_kit/kit/analyze.h>

#include "analyze/detector.h"
#include "analyze/inspect.h"
#include "analyze/languages.h"
#include "analyze/suggest.h"
#include "analyze/walk.h"

namespace container_kit::kit {
namespace {

class SilentScope final : public StepScope {
 public:
  void attribute(std::string_view, std::int64_t) override {}
};

class SilentObserver final : public StepObserver {
 public:
  std::unique_ptr<StepScope> begin(std::string_view) override { return std::make_unique<SilentScope>(); }
};

void count(StepScope& scope, std::string_view key, std::uint64_t value) {
  scope.attribute(key, static_cast<std::int64_t>(value));
}

void append(std::vector<Note>& notes, std::vector<Note> more) {
  notes.insert(notes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

analysis::FileTree walk_step(analysis::UniqueFd root, const AnalyzeRequest& request,
                             analysis::TreeWatch* watch, Analysis& result, StepObserver& observer) {
  const auto scope = observer.begin("analyze.walk");
  auto walked = analysis::walk(std::move(root), request.limits, request.stop, watch);
  result.files = walked.tree.file_count();
  result.folders = walked.tree.folders().size();
  append(result.notes, std::move(walked.notes));
  count(*scope, "analyze.files", result.files);
  count(*scope, "analyze.folders", result.folders);
  count(*scope, "analyze.ignored", walked.ignored);
  count(*scope, "analyze.links", walked.links);
  return std::move(walked.tree);
}

analysis::LanguageScan languages_step(const analysis::FileTree& tree, const AnalyzeRequest& request,
                                      Analysis& result, StepObserver& observer) {
  const auto scope = observer.begin("analyze.languages");
  auto scan = analysis::scan_languages(tree, request.limits, request.stop);
  result.languages = scan.languages;
  result.lines = scan.lines;
  append(result.notes, std::move(scan.notes));
  count(*scope, "analyze.languages", scan.languages.size());
  count(*scope, "analyze.lines", scan.lines);
  count(*scope, "analyze.bytes", scan.bytes);
  return scan;
}

void detect_step(analysis::Manifests& manifests, const std::stop_token& stop, Analysis& result,
                 StepObserver& observer) {
  const auto scope = observer.begin("analyze.detect");
  analysis::Findings findings(result);
  count(*scope, "analyze.projects", analysis::run_detectors(manifests, findings, stop));
  append(result.notes, manifests.take_notes());
  count(*scope, "analyze.frameworks", result.frameworks.size());
}

void suggest_step(analysis::Manifests& manifests, const analysis::LanguageScan& scan, Analysis& result,
                  StepObserver& observer) {
  const auto scope = observer.begin("analyze.suggest");
  analysis::Findings findings(result);
  analysis::suggest(analysis::Project(manifests, ""), scan, result, findings);
  count(*scope, "analyze.suggestions", result.suggestions.size());
}

}  // namespace

ToolResult<Analysis> analyze(const AnalyzeRequest& request) {
  SilentObserver silent;
  return analyze(request, silent);
}

ToolResult<Analysis> analyze(const AnalyzeRequest& request, StepObserver& observer) {
  auto inspection = analysis::inspect(request, observer);
  if (!inspection) return std::move(inspection).error();
  return std::move(inspection->analysis);
}

namespace analysis {

ToolResult<Inspection> inspect(const AnalyzeRequest& request, StepObserver& observer) {
  auto directory = resolve(request, observer);
  if (!directory) return directory.error();
  return look_into(std::move(*directory), request, observer, nullptr);
}

ToolResult<GuardedDirectory> resolve(const AnalyzeRequest& request, StepObserver& observer) {
  const auto scope = observer.begin("analyze.resolve");
  const auto guard = PathGuard::open(request.allowed_roots);
  if (!guard) return guard.error();
  return guard->resolve(request.path);
}

ToolResult<Inspection> look_into(GuardedDirectory directory, const AnalyzeRequest& request,
                                 StepObserver& observer, std::unique_ptr<TreeWatch> watch) {
  Inspection inspection;
  inspection.watch = std::move(watch);
  auto& result = inspection.analysis;
  result.path = std::move(directory.path);
  inspection.tree = std::make_unique<FileTree>(
      walk_step(std::move(directory.fd), request, inspection.watch.get(), result, observer));
  const auto scan = languages_step(*inspection.tree, request, result, observer);
  inspection.manifests = std::make_unique<Manifests>(*inspection.tree, request.limits.max_manifest_bytes);
  detect_step(*inspection.manifests, request.stop, result, observer);
  // What was found until then is no analysis.
  if (request.stop.stop_requested()) {
    return ToolError{ToolErrorCode::kCancelled, "the analysis was stopped before it was done", ""};
  }
  suggest_step(*inspection.manifests, scan, result, observer);
  return inspection;
}

}  // namespace analysis

}  // namespace container_kit::kit
