#include "base/clock.h"
#include "manager/log_line.h"
#include "manager/manager_state.h"
#include "trace/span_operations.h"

namespace container_kit::telemetry {

namespace {

const Tracing& no_tracing() {
  static const Tracing& off = *new Tracing();  // never destroyed
  return off;
}

}  // namespace

// What the parent started is neither used nor destroyed: its threads do not exist here, and waiting for them
// would never end. The list keeps it reachable.
void Manager::State::begin_anew_in_child() noexcept {
  static std::vector<Started*>& parents = *new std::vector<Started*>();
  parents.push_back(started.release());
  started = std::make_unique<Started>();
  running.store(nullptr, std::memory_order_relaxed);
  tracing.store(nullptr, std::memory_order_relaxed);
}

Manager::Manager(Config config) noexcept : state_(std::make_unique<State>(std::move(config))) {}

Manager::~Manager() {
  static_cast<void>(shutdown(state_->config.export_timeout));
}

Expected<void> Manager::initialize() noexcept {
  const std::lock_guard lock(state_->started->mutex);
  if (state_->running.load() != nullptr) {
    return Error{ErrorCode::kInvalidArgument,
                 "initialize: the Manager is running already; call shutdown first"};
  }
  if (auto valid = state_->config.validate(); !valid) return valid;
  auto started = Running::start(state_->config);
  if (!started) return started.error();
  auto tracing = std::make_unique<Tracing>();
  if (trace::Engine* engine = (*started)->engine()) {
    tracing->engine_ = engine;
    tracing->tracer_ = tracing->tracer({.name = "container-kit", .version = {}});
  }
  state_->tracing.store(tracing.get(), std::memory_order_release);
  state_->running.store(started->get(), std::memory_order_release);
  state_->started->tracings.push_back(std::move(tracing));
  state_->started->runs.push_back(std::move(*started));
  return {};
}

Expected<void> Manager::force_flush(std::chrono::milliseconds timeout) noexcept {
  Running* const running = state_->running.load(std::memory_order_acquire);
  if (running == nullptr) return {};
  return running->flush(base::Deadline::after(timeout));
}

Expected<void> Manager::shutdown(std::chrono::milliseconds timeout) noexcept {
  const base::Deadline deadline = base::Deadline::after(timeout);
  const std::lock_guard lock(state_->started->mutex);
  Running* const running = state_->running.exchange(nullptr, std::memory_order_acq_rel);
  return running != nullptr ? running->stop(deadline) : Expected<void>();
}

bool Manager::is_tracing_enabled() const noexcept {
  const Running* const running = state_->running.load(std::memory_order_acquire);
  return running != nullptr && running->engine() != nullptr;
}

bool Manager::is_metrics_enabled() const noexcept {
  return state_->running.load(std::memory_order_acquire) != nullptr && state_->config.metrics_enabled;
}

Health Manager::health() const {
  Health health;
  const Running* const running = state_->running.load(std::memory_order_acquire);
  health.initialized = running != nullptr;
  health.tracing_enabled = is_tracing_enabled();
  health.metrics_enabled = is_metrics_enabled();
  if (running != nullptr) running->fill(health);
  return health;
}

std::vector<InterruptedSpan> Manager::interrupted() const {
  const Running* const running = state_->running.load(std::memory_order_acquire);
  return running != nullptr ? running->interrupted() : std::vector<InterruptedSpan>();
}

Metrics& Manager::metrics() noexcept {
  static Metrics& off = *new Metrics();  // never destroyed
  Running* const running = state_->running.load(std::memory_order_acquire);
  return running != nullptr ? running->metrics() : off;
}

Meter Manager::meter(std::string_view name, const MeterOptions& options) noexcept {
  Running* const running = state_->running.load(std::memory_order_acquire);
  if (running == nullptr || running->meters() == nullptr) return {};
  return running->meters()->meter(name, options);
}

ScrapeAnswer Manager::scrape(std::string_view accept, std::string_view accept_encoding) noexcept {
  Running* const running = state_->running.load(std::memory_order_acquire);
  if (running != nullptr) return running->scrape(accept, accept_encoding);
  return {content_type(choose_scrape_format(accept)), {}, {}};
}

const Config& Manager::config() const noexcept {
  return state_->config;
}

const Propagator& Manager::propagator() const noexcept {
  return state_->propagator;
}

const Tracing& Manager::tracing() const noexcept {
  const Tracing* const tracing = state_->tracing.load(std::memory_order_acquire);
  return tracing != nullptr ? *tracing : no_tracing();
}

std::string Manager::trace_id() {
  const SpanContext& span = Context::current().span_context();
  return span.is_valid() ? span.trace_id.to_hex() : std::string();
}

std::string Manager::span_id() {
  const SpanContext& span = Context::current().span_context();
  return span.is_valid() ? span.span_id.to_hex() : std::string();
}

bool Manager::is_log_on(LogLevel level) const noexcept {
  Running* const running = state_->running.load(std::memory_order_acquire);
  return running != nullptr && running->log().is_on(level);
}

void Manager::log(LogLevel level, std::string_view message, Attributes attributes,
                  const Context& context) noexcept {
  if (!is_log_on(level)) return;
  Running* const running = state_->running.load(std::memory_order_acquire);
  if (running == nullptr) return;
  try {
    running->log().write(
        level, log_line(message, attributes, base::system_now(), context.span_context(), running->privacy()),
        state_->config.service_name);
  } catch (...) {  // NOLINT(bugprone-empty-catch): a line that memory is lacking for is not worth its host
  }
}

void Manager::add_contextual_attributes(Attributes attributes) noexcept {
  trace::add_attributes(Context::current().ref(), attributes);
}

void Manager::add_contextual_attributes(const Context& context, Attributes attributes) noexcept {
  trace::add_attributes(context.ref(), attributes);
}

void Manager::record_event(std::string_view name, Attributes attributes) noexcept {
  trace::add_event(Context::current().ref(), name, 0, attributes);
}

void Manager::record_event(const Context& context, std::string_view name, Attributes attributes) noexcept {
  trace::add_event(context.ref(), name, 0, attributes);
}

void Manager::record_error(const std::exception& error) noexcept {
  record_error(Context::current(), error);
}

void Manager::record_error(const Outcome& outcome) noexcept {
  record_error(Context::current(), outcome);
}

void Manager::record_error(const Context& context, const std::exception& error) noexcept {
  const SpanRef& ref = context.ref();
  if (ref.engine == nullptr) return;
  trace::record_exception(ref, error, {});
  trace::add_attributes(ref, {{"error.type", trace::type_name(error)}});
  trace::set_status(ref, StatusCode::kError, error.what());
}

void Manager::record_error(const Context& context, const Outcome& outcome) noexcept {
  const SpanRef& ref = context.ref();
  trace::record_exception(ref, outcome.error_type, outcome.message, {}, {});
  trace::add_attributes(ref, {{"error.type", outcome.error_type}});
  trace::set_status(ref, StatusCode::kError, outcome.message);
}

Tracer Tracing::tracer(const InstrumentationScope& scope) const noexcept {
  if (engine_ == nullptr) return {};
  return Tracer(engine_, &engine_->mode(), engine_->register_scope(scope));
}

void Tracing::record_error(Span& span, const std::exception& error) const noexcept {
  Manager::record_error(span.as_context(), error);
}

void Tracing::record_error(Span& span, const Outcome& outcome) const noexcept {
  Manager::record_error(span.as_context(), outcome);
}

}  // namespace container_kit::telemetry
