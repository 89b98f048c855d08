#include <array>
#include <span>
#include <utility>

#include <container_kit/telemetry/manager.h>

#include "base/stopwatch.h"
#include "manager/manager_state.h"
#include "trace/span_operations.h"

namespace container_kit::telemetry {
namespace {

constexpr int kInternalServerError = 500;

Outcome outcome_of_exception(const std::exception_ptr& exception, Span& span) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    span.record_exception(error);
    return Outcome::failure(trace::type_name(error), error.what());
  } catch (...) {
    span.record_exception("unknown", "an exception that is not a std::exception");
    return Outcome::failure("unknown", "an exception that is not a std::exception");
  }
}

}  // namespace

Operation::Operation(Manager* manager, Kind kind, const Context& parent, const Subject& subject,
                     std::string_view span_name, SpanOptions& options) noexcept
    : manager_(manager),
      kind_(kind),
      start_(base::read_stopwatch()),
      span_(start_span(manager->tracing(), parent, start_, span_name, options)),
      tool_(subject.tool) {
  if (!span_.as_context().has_span()) [[unlikely]]
    parent_ = parent;
  if (tool_ == nullptr) {
    name_ = subject.name;
    detail_ = subject.detail;
  }
}

// The span and the duration share a reading of the stopwatch at the start, and one at the end.
Span Operation::start_span(const Tracing& tracing, const Context& parent, std::uint64_t reading,
                           std::string_view name, SpanOptions& options) noexcept {
  options.parent = &parent;
  if (tracing.engine_ != nullptr) {
    options.start_time = TimePoint(std::chrono::nanoseconds(tracing.engine_->clock().at_counter(reading)));
  }
  return tracing.tracer_.start_span(name, options);
}

Operation::Operation(Operation&& other) noexcept
    : manager_(std::exchange(other.manager_, nullptr)),
      kind_(other.kind_),
      start_(other.start_),
      span_(std::move(other.span_)),
      parent_(std::move(other.parent_)),
      tool_(other.tool_),
      name_(std::move(other.name_)),
      detail_(std::move(other.detail_)),
      http_status_(other.http_status_) {}

Operation::~Operation() {
  if (manager_ != nullptr) finish(Outcome::failure("abandoned", "the operation was left without an outcome"));
}

void Operation::finish(const Outcome& outcome) noexcept {
  if (manager_ == nullptr) return;
  if (outcome.failed) span_.record_exception(outcome.error_type, outcome.message);
  end(outcome);
}

void Operation::finish_exception(const std::exception_ptr& exception) noexcept {
  if (manager_ == nullptr) return;
  end(outcome_of_exception(exception, span_));
}

void Operation::end(const Outcome& outcome) noexcept {
  const std::uint64_t now = base::read_stopwatch();
  bool failed = outcome.failed;
  if (kind_ == Kind::kHttp) {
    if (failed && http_status_ == 0) http_status_ = kInternalServerError;
    const HttpConventions names = manager_->config().http_conventions;
    if (names != HttpConventions::kStable) span_.set_attribute("http.status_code", http_status_);
    if (names != HttpConventions::kGuide) span_.set_attribute("http.response.status_code", http_status_);
    // HTTP conventions, server side: 5xx is an error, 4xx is the client's.
    failed |= http_status_ >= kInternalServerError;
  }
  if (failed) {
    const std::string type = outcome.error_type.empty() ? std::to_string(http_status_) : outcome.error_type;
    span_.set_attribute("error.type", type);
    span_.set_status(StatusCode::kError, outcome.message);
  }
  const SpanRef& ref = span_.as_context().ref();
  if (ref.engine != nullptr) trace::end_span(ref, ref.engine->clock().at_counter(now));
  const Seconds duration{base::seconds_between(start_, now)};
  std::exchange(manager_, nullptr)->record_end(*this, duration, failed);
}

Operation Manager::begin_operation(std::string_view name, const Context& parent) noexcept {
  SpanOptions options;
  return Operation(this, Operation::Kind::kGeneric, parent, {}, name, options);
}

Operation Manager::begin_tool(std::string_view tool, const Context& parent) noexcept {
  Running* const running = state_->running.load(std::memory_order_acquire);
  const InstrumentedTool* known = running != nullptr ? running->tools().find(tool) : nullptr;
  SpanOptions options;
  if (known != nullptr) [[likely]] {
    options.attributes = known->span_attributes;
    if (known->prepared.is_usable()) options.prepared = &known->prepared;
    return Operation(this, Operation::Kind::kTool, parent, {.tool = known}, known->span_name, options);
  }
  const auto attributes = InstrumentedTool::span_attributes_of(tool);
  options.attributes = attributes;
  return Operation(this, Operation::Kind::kTool, parent, {.name = tool}, InstrumentedTool::span_name_of(tool),
                   options);
}

Operation Manager::begin_pipeline(std::string_view pipeline, const Context& parent) noexcept {
  std::string name = "pipeline.";
  name.append(pipeline);
  const std::array<Attribute, 2> attributes{Attribute{"pipeline.name", pipeline},
                                            Attribute{"operation.type", "pipeline"}};
  SpanOptions options{.attributes = attributes};
  return Operation(this, Operation::Kind::kPipeline, parent, {.name = pipeline}, name, options);
}

Operation Manager::begin_pipeline_stage(std::string_view pipeline, const PipelineStage& stage,
                                        const Context& parent) noexcept {
  std::string name = "pipeline.";
  name.append(pipeline).append(".").append(stage.name);
  const std::array<Attribute, 5> attributes{
      Attribute{"pipeline.name", pipeline}, Attribute{"pipeline.stage", stage.name},
      Attribute{"operation.type", "pipeline_stage"}, Attribute{"pipeline.stage.index", stage.index},
      Attribute{"pipeline.stage.total", stage.total}};
  const std::size_t known = stage.index < 0 ? 3 : stage.total <= 0 ? 4 : 5;
  SpanOptions options{.attributes = std::span<const Attribute>(attributes).first(known)};
  return Operation(this, Operation::Kind::kPipelineStage, parent, {.name = pipeline, .detail = stage.name},
                   name, options);
}

Operation Manager::begin_session(std::string_view type, std::string_view id, const Context& parent) noexcept {
  std::string name = "session.";
  name.append(type);
  const std::array<Attribute, 2> attributes{Attribute{"session.type", type}, Attribute{"session.id", id}};
  SpanOptions options{.attributes = attributes};
  Operation operation(this, Operation::Kind::kSession, parent, {.name = type}, name, options);
  // Current, so that the measurement carries the session's span as exemplar.
  const detail::BorrowedContextScope scope(operation.context());
  metrics().record_session_creation(type);
  return operation;
}

Operation Manager::begin_http_request(std::string_view method, std::string_view route,
                                      const Context& parent) noexcept {
  const HttpConventions names = config().http_conventions;
  std::string name = names == HttpConventions::kStable ? "" : "http.";
  name.append(method).append(" ").append(route);
  const std::array<Attribute, 3> attributes{
      Attribute{names == HttpConventions::kStable ? "http.request.method" : "http.method", method},
      Attribute{"http.route", route}, Attribute{"http.request.method", method}};
  const std::size_t count = names == HttpConventions::kBoth ? 3 : 2;
  SpanOptions options{.kind = SpanKind::kServer,
                      .attributes = std::span<const Attribute>(attributes).first(count)};
  metrics().record_http_start(method, route);
  return Operation(this, Operation::Kind::kHttp, parent, {.name = route, .detail = method}, name, options);
}

}  // namespace container_kit::telemetry
