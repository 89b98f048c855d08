// Manager: the one object through which a program uses the library.
//
//   telemetry::Manager tm{telemetry::Config::from_env()};
//   if (auto ready = tm.initialize(); !ready) return report(ready.error());
//   auto answer = tm.instrument_tool_execution("analyze", [&] { return analyze(args); });
//
// initialize() starts what the configuration asks for; the destructor flushes and shuts down within the
// configuration's export_timeout. Before initialize(), after shutdown() and where a signal is disabled, every
// call is allowed and does nothing but run what it was given.
//
// The instrument_* functions run a callable inside a span, look at how it ended (outcome.h), and record the
// span's status, error.type, and the metrics that belong to it. They return what it returns, and let what it
// throws through. Each comes in four forms:
//
//   instrument_X(..., function)              here and now, below the thread's current span
//   instrument_X(parent, ..., function)      below a Context that was kept
//   instrument_X_async(..., function)        on a thread of its own, below the current span; returns a future
//   begin_X(..., parent)                     an Operation to finish elsewhere: in a callback, in a coroutine
//
// The first three take an outcome reader as a last argument: kEmptyIsFailure, or one's own.
//
// A forked child finds every Manager as before initialize(): spans of its parent are its parent's, and what
// the child records is recorded once it has called initialize() itself. exec() needs nothing.
//
// Thread safety: every member function may be called from any thread at once, but for the constructor and the
// destructor.
// Ownership: the Manager owns its engine and its exporters. Tracers and spans may outlive it; they then
// record nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <container_kit/telemetry/config.h>
#include <container_kit/telemetry/health.h>
#include <container_kit/telemetry/instrumentation.h>
#include <container_kit/telemetry/interrupted_span.h>
#include <container_kit/telemetry/metrics.h>
#include <container_kit/telemetry/operation.h>
#include <container_kit/telemetry/outcome.h>
#include <container_kit/telemetry/prometheus.h>
#include <container_kit/telemetry/propagation.h>
#include <container_kit/telemetry/tracer.h>

namespace container_kit::telemetry {

// The tracing half of a Manager.
class Tracing {
 public:
  // A span that is the thread's current one until it ends: the guide's StartSpan.
  [[nodiscard]] ActiveSpan start_span(std::string_view name, const SpanOptions& options = {}) const noexcept {
    return tracer_.start_active_span(name, options);
  }
  // Records the error as an exception event, sets error.type, and the status to Error. An error is a
  // std::exception, an Outcome, or anything that telemetry_outcome() (outcome.h) understands.
  void record_error(Span& span, const std::exception& error) const noexcept;
  void record_error(Span& span, const Outcome& outcome) const noexcept;
  template <HasTelemetryOutcome E>
  void record_error(Span& span, const E& error) const noexcept {
    record_error(span, telemetry_outcome(error));
  }

  // The Manager's own tracer, and one for another instrumentation scope.
  const Tracer& tracer() const noexcept { return tracer_; }
  Tracer tracer(const InstrumentationScope& scope) const noexcept;

 private:
  friend class Manager;
  friend class Operation;
  Tracer tracer_;
  trace::Engine* engine_ = nullptr;
};

// One stage of a pipeline, by its name alone or by its place in the pipeline too.
struct PipelineStage {
  std::string_view name;
  int index = -1;  // from 0; below 0: not known
  int total = 0;   // how many stages there are; 0: not known

  PipelineStage(std::string_view stage) noexcept : name(stage) {}
  PipelineStage(const char* stage) noexcept : name(stage) {}
  PipelineStage(const std::string& stage) noexcept : name(stage) {}
  PipelineStage(std::string_view stage, int stage_index, int stage_total) noexcept
      : name(stage), index(stage_index), total(stage_total) {}
};

class Manager {
 public:
  explicit Manager(Config config) noexcept;
  ~Manager();
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  // Checks the configuration and starts. An error names every fault, and nothing has started then.
  // A second call while running is an error of kInvalidArgument; a call after shutdown() starts anew.
  Expected<void> initialize() noexcept;
  // Exports what has ended; kDeadlineExceeded where that took longer than `timeout`.
  Expected<void> force_flush(std::chrono::milliseconds timeout) noexcept;
  // Flushes and stops, within `timeout`. Spans that end afterwards are not recorded. Idempotent.
  Expected<void> shutdown(std::chrono::milliseconds timeout) noexcept;

  bool is_tracing_enabled() const noexcept;
  bool is_metrics_enabled() const noexcept;
  Health health() const;
  // What processes of this service that were killed or crashed were in the midst of, those that began first
  // first: found by initialize(), empty where all ended as they should. At most 1,024.
  std::vector<InterruptedSpan> interrupted() const;
  const Config& config() const noexcept;
  // Takes contexts in and out of other processes, as Config::propagators says; also where tracing is off.
  const Propagator& propagator() const noexcept;

  // Of the thread's current span, in lower-case hexadecimal; empty where there is none.
  static std::string trace_id();
  static std::string span_id();

  const Tracing& tracing() const noexcept;
  // The guide's metrics, and metrics().meter() for others. Does nothing where metrics are off.
  Metrics& metrics() noexcept;
  // The meter of another instrumentation scope.
  Meter meter(std::string_view name, const MeterOptions& options = {}) noexcept;

  // A line of the log (Config::log_level, Config::log_sink), with the ids of the context's span: `message
  // key=value ... time=... trace_id=... span_id=...`. Privacy rules hold for it as for spans. Nothing before
  // initialize() and after shutdown().
  void log(LogLevel level, std::string_view message, Attributes attributes = {},
           const Context& context = Context::current()) noexcept;
  // Whether lines of that level are written: for what is costly to say.
  bool is_log_on(LogLevel level) const noexcept;

  // Onto the thread's current span.
  static void add_contextual_attributes(Attributes attributes) noexcept;
  static void record_event(std::string_view name, Attributes attributes = {}) noexcept;
  static void record_error(const std::exception& error) noexcept;
  static void record_error(const Outcome& outcome) noexcept;
  template <HasTelemetryOutcome E>
  static void record_error(const E& error) noexcept {
    record_error(telemetry_outcome(error));
  }
  // Onto the span of `context`.
  static void add_contextual_attributes(const Context& context, Attributes attributes) noexcept;
  static void record_event(const Context& context, std::string_view name,
                           Attributes attributes = {}) noexcept;
  static void record_error(const Context& context, const std::exception& error) noexcept;
  static void record_error(const Context& context, const Outcome& outcome) noexcept;

  // A span named `name`.
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_operation(std::string_view name, F&& function, const Reader& reader = {}) {
    return instrument::run(begin_operation(name, Context::current()), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_operation(const Context& parent, std::string_view name, F&& function,
                                      const Reader& reader = {}) {
    return instrument::run(begin_operation(name, parent), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  auto instrument_operation_async(std::string_view name, F&& function, const Reader& reader = {}) {
    return instrument::run_async(begin_operation(name, Context::current()), std::forward<F>(function),
                                 reader);
  }
  // A span `tool.<tool>`; tool_execution_total, tool_errors_total and tool_execution_duration_seconds.
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_tool_execution(std::string_view tool, F&& function, const Reader& reader = {}) {
    return instrument::run(begin_tool(tool, Context::current()), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_tool_execution(const Context& parent, std::string_view tool, F&& function,
                                           const Reader& reader = {}) {
    return instrument::run(begin_tool(tool, parent), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  auto instrument_tool_execution_async(std::string_view tool, F&& function, const Reader& reader = {}) {
    return instrument::run_async(begin_tool(tool, Context::current()), std::forward<F>(function), reader);
  }
  // A span `pipeline.<pipeline>`; pipeline_execution_total, pipeline_errors_total and
  // pipeline_execution_duration_seconds.
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_pipeline(std::string_view pipeline, F&& function, const Reader& reader = {}) {
    return instrument::run(begin_pipeline(pipeline, Context::current()), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_pipeline(const Context& parent, std::string_view pipeline, F&& function,
                                     const Reader& reader = {}) {
    return instrument::run(begin_pipeline(pipeline, parent), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  auto instrument_pipeline_async(std::string_view pipeline, F&& function, const Reader& reader = {}) {
    return instrument::run_async(begin_pipeline(pipeline, Context::current()), std::forward<F>(function),
                                 reader);
  }
  // A span `pipeline.<pipeline>.<stage>`; pipeline_stage_execution_total, pipeline_stage_errors_total and
  // pipeline_stage_duration_seconds. A stage is given by its name, or as {name, index, total}.
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_pipeline_stage(std::string_view pipeline, const PipelineStage& stage,
                                           F&& function, const Reader& reader = {}) {
    return instrument::run(begin_pipeline_stage(pipeline, stage, Context::current()),
                           std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_pipeline_stage(const Context& parent, std::string_view pipeline,
                                           const PipelineStage& stage, F&& function,
                                           const Reader& reader = {}) {
    return instrument::run(begin_pipeline_stage(pipeline, stage, parent), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  auto instrument_pipeline_stage_async(std::string_view pipeline, const PipelineStage& stage, F&& function,
                                       const Reader& reader = {}) {
    return instrument::run_async(begin_pipeline_stage(pipeline, stage, Context::current()),
                                 std::forward<F>(function), reader);
  }
  // A server span `http.<METHOD> <route>`; http_requests_total, http_request_duration_seconds and, while it
  // runs, http_requests_in_flight. `function` returns the status code, by itself or with an error or a body:
  // an integer, a pair that begins with it, an Expected of either (an error is a 500). `route` is the route's
  // pattern, never the path that the client sent.
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_http_request(std::string_view method, std::string_view route, F&& function,
                                         const Reader& reader = {}) {
    return instrument::run(begin_http_request(method, route, Context::current()), std::forward<F>(function),
                           reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_http_request(const Context& parent, std::string_view method,
                                         std::string_view route, F&& function, const Reader& reader = {}) {
    return instrument::run(begin_http_request(method, route, parent), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  auto instrument_http_request_async(std::string_view method, std::string_view route, F&& function,
                                     const Reader& reader = {}) {
    return instrument::run_async(begin_http_request(method, route, Context::current()),
                                 std::forward<F>(function), reader);
  }
  // A span `session.<type>` for as long as the session lives; session_total when it begins,
  // session_completed_total, session_duration_seconds and, where it failed, session_errors_total when it
  // ends.
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_session(std::string_view type, std::string_view id, F&& function,
                                    const Reader& reader = {}) {
    return instrument::run(begin_session(type, id, Context::current()), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  decltype(auto) instrument_session(const Context& parent, std::string_view type, std::string_view id,
                                    F&& function, const Reader& reader = {}) {
    return instrument::run(begin_session(type, id, parent), std::forward<F>(function), reader);
  }
  template <typename F, typename Reader = ReadOutcome>
  auto instrument_session_async(std::string_view type, std::string_view id, F&& function,
                                const Reader& reader = {}) {
    return instrument::run_async(begin_session(type, id, Context::current()), std::forward<F>(function),
                                 reader);
  }

  // The same, for code that begins here and ends elsewhere.
  Operation begin_operation(std::string_view name, const Context& parent = Context::current()) noexcept;
  Operation begin_tool(std::string_view tool, const Context& parent = Context::current()) noexcept;
  Operation begin_pipeline(std::string_view pipeline, const Context& parent = Context::current()) noexcept;
  Operation begin_pipeline_stage(std::string_view pipeline, const PipelineStage& stage,
                                 const Context& parent = Context::current()) noexcept;
  Operation begin_http_request(std::string_view method, std::string_view route,
                               const Context& parent = Context::current()) noexcept;
  Operation begin_session(std::string_view type, std::string_view id,
                          const Context& parent = Context::current()) noexcept;

  // The whole answer to GET /metrics: Prometheus' text format or OpenMetrics, by the request's Accept header.
  ScrapeAnswer scrape(std::string_view accept = {}, std::string_view accept_encoding = {}) noexcept;

 private:
  friend class Operation;
  struct State;

  // The metrics of an operation that has ended.
  void record_end(const Operation& operation, Seconds duration, bool failed) noexcept;

  std::unique_ptr<State> state_;
};

}  // namespace container_kit::telemetry
