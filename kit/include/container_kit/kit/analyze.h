// The tool `analyze`: looks at a source repository and says what it is made of.
//
// It reads and never writes or executes anything. It stays beneath the allowed roots whatever the path or the
// repository's symbolic links say, and however the tree changes meanwhile. What cannot be read is reported in
// Analysis::notes; only a path that cannot be analysed at all is an error.
//
// The work is done in steps (walk, languages, detect, suggest); a StepObserver sees each begin and end, which
// is how the caller makes them spans without this code knowing of telemetry.
//
// Thread safety: analyze() may be called from many threads; an observer is used only by the thread that
// calls. Ownership: the observer must outlive the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/analysis.h>
#include <container_kit/kit/tool_error.h>

namespace container_kit::kit {

// One step in progress; it ends when it is destroyed.
class StepScope {
 public:
  StepScope() = default;
  StepScope(const StepScope&) = delete;
  StepScope& operator=(const StepScope&) = delete;
  virtual ~StepScope() = default;
  virtual void attribute(std::string_view key, std::int64_t value) = 0;
};

class StepObserver {
 public:
  StepObserver() = default;
  StepObserver(const StepObserver&) = delete;
  StepObserver& operator=(const StepObserver&) = delete;
  virtual ~StepObserver() = default;
  // `name` is "analyze.walk" and the like, and static. Must not return null.
  virtual std::unique_ptr<StepScope> begin(std::string_view name) = 0;
};

struct AnalyzeLimits {
  std::size_t max_files = 200'000;
  std::size_t max_depth = 64;
  std::size_t max_counted_bytes = std::size_t{8} << 20;   // of one file, when counting lines
  std::size_t max_manifest_bytes = std::size_t{1} << 20;  // of one manifest, when reading it

  bool operator==(const AnalyzeLimits&) const = default;
};

struct AnalyzeRequest {
  std::vector<std::string>
      allowed_roots;  // existing directories; the first is what a relative path starts from
  std::string path;
  AnalyzeLimits limits;
  std::stop_token stop = {};  // looked at between files
};

// Errors: kInvalidArgument (empty, malformed or not a directory), kPathNotAllowed (outside the roots, whether
// it exists or not), kPathNotFound (inside them and absent), kInternal (an allowed root cannot be opened),
// kCancelled (asked to stop).
ToolResult<Analysis> analyze(const AnalyzeRequest& request);
ToolResult<Analysis> analyze(const AnalyzeRequest& request, StepObserver& observer);

}  // namespace container_kit::kit
