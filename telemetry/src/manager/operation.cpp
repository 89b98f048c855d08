#include <utility>

#include <container_kit/telemetry/manager.h>

#include "base/stopwatch.h"
#include "trace/span_operations.h"

namespace container_kit::telemetry {
namespace {

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

Operation::Operation(Manager* manager, Kind kind, const Context& parent, Span span, std::string_view name,
                     std::string_view method) noexcept
    : manager_(manager),
      kind_(kind),
      parent_(span.as_context().has_span() ? Context() : parent),
      span_(std::move(span)),
      name_(name),
      method_(method),
      start_(base::start_stopwatch()) {
  manager_->record_begin(*this);
}

Operation::Operation(Operation&& other) noexcept
    : manager_(std::exchange(other.manager_, nullptr)),
      kind_(other.kind_),
      parent_(std::move(other.parent_)),
      span_(std::move(other.span_)),
      name_(std::move(other.name_)),
      method_(std::move(other.method_)),
      http_status_(other.http_status_),
      start_(other.start_) {}

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
  if (kind_ == Kind::kHttp && http_status_ == 0) http_status_ = 500;
  end(outcome_of_exception(exception, span_));
}

void Operation::end(const Outcome& outcome) noexcept {
  // HTTP conventions, server side: 5xx is an error, 4xx is the client's.
  const bool server_error = kind_ == Kind::kHttp && http_status_ >= 500;
  if (kind_ == Kind::kHttp) span_.set_attribute("http.status_code", http_status_);
  if (outcome.failed || server_error) {
    const std::string type = outcome.error_type.empty() ? std::to_string(http_status_) : outcome.error_type;
    span_.set_attribute("error.type", type);
    span_.set_status(StatusCode::kError, outcome.message);
  }
  span_.end();
  std::exchange(manager_, nullptr)->record_end(*this, outcome.failed || server_error);
}

Operation Manager::begin_operation(std::string_view name, const Context& parent) noexcept {
  Span span = tracing().tracer().start_span(name, {.parent = &parent});
  return Operation(this, Operation::Kind::kGeneric, parent, std::move(span), name, {});
}

Operation Manager::begin_tool(std::string_view tool, const Context& parent) noexcept {
  const std::string name = "tool." + std::string(tool);
  Span span = tracing().tracer().start_span(
      name, {.parent = &parent, .attributes = {{"tool.name", tool}, {"operation.type", "tool_execution"}}});
  return Operation(this, Operation::Kind::kTool, parent, std::move(span), tool, {});
}

Operation Manager::begin_http_request(std::string_view method, std::string_view route,
                                      const Context& parent) noexcept {
  std::string name = "http.";
  name.append(method).append(" ").append(route);
  Span span =
      tracing().tracer().start_span(name, {.kind = SpanKind::kServer,
                                           .parent = &parent,
                                           .attributes = {{"http.method", method}, {"http.route", route}}});
  return Operation(this, Operation::Kind::kHttp, parent, std::move(span), route, method);
}

}  // namespace container_kit::telemetry
