// Operation: one instrumented operation from its start to its end.
//
// It is what the instrument_* templates of the Manager stand on, and what to use directly where an operation
// is not one callable: where it begins in one callback and ends in another, or runs in a coroutine.
//
//   telemetry::Operation operation = tm.begin_tool("analyze", request_context);
//   start_work([operation = std::move(operation)](std::error_code error) mutable {
//     operation.finish(error);
//   });
//
// An operation ends once: by finish(), by finish_exception(), or by its destructor, which takes it as failed
// with error.type "abandoned".
//
// Thread safety: one thread at a time, which need not be always the same one.
// Ownership: refers to its Manager, which must outlive it.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include <container_kit/telemetry/metrics.h>
#include <container_kit/telemetry/outcome.h>
#include <container_kit/telemetry/span.h>

namespace container_kit::telemetry {

class Manager;
class Tracing;
struct InstrumentedTool;

class Operation {
 public:
  enum class Kind : std::uint8_t { kGeneric, kTool, kHttp, kPipeline, kPipelineStage, kSession };

  Operation(Operation&& other) noexcept;
  Operation& operator=(Operation&&) = delete;
  ~Operation();

  Span& span() noexcept { return span_; }
  // To be current while the operation runs: its span's, or, where tracing is off, its parent's.
  const Context& context() const noexcept {
    return span_.as_context().has_span() ? span_.as_context() : parent_;
  }

  // How it ended. For kHttp, give the status code first with set_http_status: one of 500 and above is a
  // failure, and a failure without one is a 500.
  void finish(const Outcome& outcome) noexcept;
  void finish() noexcept { finish(Outcome::success()); }
  // By what telemetry_outcome() says of a result or an error (outcome.h).
  template <HasTelemetryOutcome R>
  void finish(const R& result) noexcept {
    finish(telemetry_outcome(result));
  }
  void finish_exception(const std::exception_ptr& exception) noexcept;
  void set_http_status(int status_code) noexcept { http_status_ = status_code; }

 private:
  friend class Manager;
  // What it is about: a tool that is known, or names that are copied.
  struct Subject {
    const InstrumentedTool* tool = nullptr;
    std::string_view name = {};    // the tool, the HTTP route, the pipeline, the session's type
    std::string_view detail = {};  // the HTTP method, the pipeline's stage
  };
  // The options are completed by the parent and the stopwatch's time.
  Operation(Manager* manager, Kind kind, const Context& parent, const Subject& subject,
            std::string_view span_name, SpanOptions& options) noexcept;
  static Span start_span(const Tracing& tracing, const Context& parent, std::uint64_t reading,
                         std::string_view name, SpanOptions& options) noexcept;
  void end(const Outcome& outcome) noexcept;

  Manager* manager_;  // not owned; null once finished or moved from
  Kind kind_;
  std::uint64_t start_;  // as base/stopwatch.h counts
  Span span_;
  Context parent_;                // where tracing is off: what stays current
  const InstrumentedTool* tool_;  // owned by what the Manager has started; null where the name says it
  std::string name_;              // as in Subject
  std::string detail_;
  int http_status_ = 0;
};

}  // namespace container_kit::telemetry
