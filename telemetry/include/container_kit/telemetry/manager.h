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
// throws through. Each has a form that takes the parent Context explicitly, for code that is not on the
// thread of its caller.
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
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <container_kit/telemetry/config.h>
#include <container_kit/telemetry/health.h>
#include <container_kit/telemetry/metrics.h>
#include <container_kit/telemetry/outcome.h>
#include <container_kit/telemetry/prometheus.h>
#include <container_kit/telemetry/tracer.h>

namespace container_kit::telemetry {

class Manager;
struct InstrumentedTool;

// The tracing half of a Manager.
class Tracing {
 public:
  // A span that is the thread's current one until it ends: the guide's StartSpan.
  [[nodiscard]] ActiveSpan start_span(std::string_view name, const SpanOptions& options = {}) const noexcept {
    return tracer_.start_active_span(name, options);
  }
  // Records the error as an exception event and sets the status to Error.
  void record_error(Span& span, const std::exception& error) const noexcept;
  void record_error(Span& span, const Error& error) const noexcept;
  void record_error(Span& span, const Outcome& outcome) const noexcept;

  // The Manager's own tracer, and one for another instrumentation scope.
  const Tracer& tracer() const noexcept { return tracer_; }
  Tracer tracer(const InstrumentationScope& scope) const noexcept;

 private:
  friend class Manager;
  friend class Operation;
  Tracer tracer_;
  trace::Engine* engine_ = nullptr;
};

// One instrumented operation from its start to its end: what the instrument_* templates stand on, and what to
// use directly where an operation is not one callable, as in a coroutine. Move-only; finish() once, or the
// destructor finishes it as failed with error.type "abandoned".
class Operation {
 public:
  enum class Kind { kGeneric, kTool, kHttp };

  Operation(Operation&& other) noexcept;
  Operation& operator=(Operation&&) = delete;
  ~Operation();

  Span& span() noexcept { return span_; }
  // To be current while the operation runs: its span's, or, where tracing is off, its parent's.
  const Context& context() const noexcept {
    return span_.as_context().has_span() ? span_.as_context() : parent_;
  }

  // How it ended. For kHttp, give the status code first with set_http_status.
  void finish(const Outcome& outcome) noexcept;
  void finish() noexcept { finish(Outcome::success()); }
  void finish_exception(const std::exception_ptr& exception) noexcept;
  void set_http_status(int status_code) noexcept { http_status_ = status_code; }

 private:
  friend class Manager;
  // What it is about: a tool that is known, or names that are copied.
  struct Subject {
    const InstrumentedTool* tool = nullptr;
    std::string_view name = {};
    std::string_view method = {};
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
  std::string name_;              // the tool, or the HTTP route
  std::string method_;            // the HTTP method
  int http_status_ = 0;
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
  const Config& config() const noexcept;

  // Of the thread's current span, in lower-case hexadecimal; empty where there is none.
  static std::string trace_id();
  static std::string span_id();

  const Tracing& tracing() const noexcept;
  // The guide's metrics, and metrics().meter() for others. Does nothing where metrics are off.
  Metrics& metrics() noexcept;
  // The meter of another instrumentation scope.
  Meter meter(std::string_view name, const MeterOptions& options = {}) noexcept;

  // Onto the thread's current span.
  static void add_contextual_attributes(Attributes attributes) noexcept;
  static void record_event(std::string_view name, Attributes attributes = {}) noexcept;
  static void record_error(const std::exception& error) noexcept;
  static void record_error(const Outcome& outcome) noexcept;
  // Onto the span of `context`.
  static void add_contextual_attributes(const Context& context, Attributes attributes) noexcept;
  static void record_event(const Context& context, std::string_view name,
                           Attributes attributes = {}) noexcept;

  // A span named `name`.
  template <typename F>
  decltype(auto) instrument_operation(std::string_view name, F&& function) {
    return run(begin_operation(name, Context::current()), std::forward<F>(function));
  }
  // A span `tool.<tool>`; tool_execution_total, tool_errors_total and tool_execution_duration_seconds.
  template <typename F>
  decltype(auto) instrument_tool_execution(std::string_view tool, F&& function) {
    return run(begin_tool(tool, Context::current()), std::forward<F>(function));
  }
  template <typename F>
  decltype(auto) instrument_tool_execution(const Context& parent, std::string_view tool, F&& function) {
    return run(begin_tool(tool, parent), std::forward<F>(function));
  }
  // A server span `http.<METHOD> <route>`; http_requests_total, http_request_duration_seconds and, while it
  // runs, http_requests_in_flight. `function` returns the status code: an integer, or a pair that begins with
  // it. `route` is the route's pattern, never the path that the client sent.
  template <typename F>
  decltype(auto) instrument_http_request(std::string_view method, std::string_view route, F&& function) {
    return run(begin_http_request(method, route, Context::current()), std::forward<F>(function));
  }

  // The same, for code that starts here and finishes elsewhere.
  Operation begin_operation(std::string_view name, const Context& parent) noexcept;
  Operation begin_tool(std::string_view tool, const Context& parent) noexcept;
  Operation begin_http_request(std::string_view method, std::string_view route,
                               const Context& parent) noexcept;

  // The whole answer to GET /metrics: Prometheus' text format or OpenMetrics, by the request's Accept header.
  ScrapeAnswer scrape(std::string_view accept = {}, std::string_view accept_encoding = {}) noexcept;

 private:
  friend class Operation;
  struct State;

  template <typename F>
  static decltype(auto) run(Operation operation, F&& function);
  // The metrics of an operation that has ended.
  void record_end(const Operation& operation, Seconds duration, bool failed) noexcept;

  std::unique_ptr<State> state_;
};

namespace instrument {

// The HTTP status code in what an HTTP handler returned, if there is one.
template <typename R>
std::optional<int> http_status_of(const R& result) {
  if constexpr (std::is_same_v<R, int>) {
    return result;
  } else if constexpr (requires {
                         { result.first } -> std::convertible_to<int>;
                       }) {
    return static_cast<int>(result.first);
  } else {
    return std::nullopt;
  }
}

template <typename R>
Outcome outcome_of(const R& result) {
  if constexpr (HasTelemetryOutcome<R>) {
    return telemetry_outcome(result);
  } else {
    return Outcome::success();
  }
}

}  // namespace instrument

template <typename F>
decltype(auto) Manager::run(Operation operation, F&& function) {
  using R = std::invoke_result_t<F>;
  const detail::BorrowedContextScope scope{operation.context()};
  try {
    if constexpr (std::is_void_v<R>) {
      std::invoke(std::forward<F>(function));
      operation.finish();
    } else {
      R result = std::invoke(std::forward<F>(function));
      if (auto status = instrument::http_status_of(result)) operation.set_http_status(*status);
      operation.finish(instrument::outcome_of(result));
      if constexpr (std::is_reference_v<R>) {
        return static_cast<R>(result);
      } else {
        return result;
      }
    }
  } catch (...) {
    operation.finish_exception(std::current_exception());
    throw;
  }
}

}  // namespace container_kit::telemetry
