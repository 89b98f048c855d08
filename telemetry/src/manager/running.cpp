#include "manager/running.h"

#include <container_kit/telemetry/process_metrics.h>
#include <container_kit/telemetry/version.h>

#include "config/privacy_options.h"
#include "config/resource.h"
#include "manager/exporters.h"
#include "manager/interrupted.h"

namespace container_kit::telemetry {
namespace {

using delivery::SpanExporter;

bool lints_names(const Config& config) {
  if (config.naming_lint != NamingLintMode::kDevelopment) return config.naming_lint == NamingLintMode::kOn;
  return config.environment == "development";
}

trace::Limits limits_of(const Config& config) {
  const auto count = [](std::size_t limit) {
    return static_cast<std::uint16_t>(std::min<std::size_t>(limit, 0xFFFF));
  };
  trace::Limits limits;
  limits.attributes = count(config.attribute_count_limit);
  limits.events = count(config.event_count_limit);
  limits.links = count(config.link_count_limit);
  limits.event_attributes = count(config.event_attribute_count_limit);
  limits.link_attributes = count(config.link_attribute_count_limit);
  if (config.attribute_value_length_limit != 0) {
    limits.value_bytes = std::min(config.attribute_value_length_limit, trace::kMaxValueBytes);
  }
  return limits;
}

// Null: parent-based by trace_sample_rate, which the engine decides by itself.
SamplerPtr sampler_named(const Config& config) {
  if (config.traces_sampler == "always_on") return always_on();
  if (config.traces_sampler == "always_off") return always_off();
  if (config.traces_sampler == "traceidratio") return trace_id_ratio(config.trace_sample_rate);
  return nullptr;
}

// The console is read by somebody who waits for it.
constexpr std::chrono::milliseconds kConsoleDelay{200};

}  // namespace

Running::Running(const Config& config)
    : log_(config.log_level, config.log_sink),
      privacy_(config::has_privacy(config) ? std::make_shared<const privacy::Filter>(config) : nullptr),
      resource_(config) {
  tools_.set_privacy(privacy_.get());
}

Expected<std::unique_ptr<Running>> Running::start(const Config& config) {
  std::unique_ptr<Running> running(new Running(config));
  for (const std::string& warning : config.warnings) running->log_.warn(warning);
  if (config.metrics_enabled) running->start_metrics(config);
  if (config.tracing_enabled) {
    if (auto started = running->start_tracing(config); !started) return started.error();
  }
  if (config.metrics_enabled) running->push_metrics(config);
  return running;
}

void Running::start_metrics(const Config& config) {
  MetricsOptions options;
  options.on_problem = [this](std::string_view line) { log_.warn(line); };
  options.privacy = privacy_;
  options.cardinality_limit = config.metrics_cardinality_limit;
  options.series_expiry = config.metrics_series_expiry;
  options.exemplar_filter = config.exemplar_filter;
  if (config.exponential_histograms) options.default_histogram = AggregationKind::kExponentialHistogram;
  meters_ = std::make_unique<MeterProvider>(std::move(options));
  metrics_ = Metrics(*meters_);
  tools_.set_series_expire(config.metrics_series_expiry.count() > 0);
  observe_process(metrics_.meter());
  self_metrics_.emplace(meters_->meter("container_kit.telemetry", {.version = version()}));
  metrics::CanonicalSet safe;
  const std::vector<Attribute> all = resource_.attributes();
  safe.assign(std::span<const Attribute>(all), {}, privacy_.get());
  const Attributes resource = safe.attributes();
  // Without scope labels: a metric of the guide carries the guide's labels and no others.
  scraper_ = std::make_unique<PrometheusScraper>(*meters_, PrometheusOptions{resource, false});
}

void Running::push_metrics(const Config& config) {
  MetricsOutputs::Observe observe = [this](const SpanExporter& exporter) {
    components_.push_back(self_metrics_->make_component(exporter, "metric"));
    return self_metrics_->operation_observer(components_.back());
  };
  outputs_ = std::make_unique<MetricsOutputs>(meters_->core(), config,
                                              encode_resource(resource_, privacy_.get()), observe, log_);
  // The callback ends with the provider, before what it reads does.
  const auto health = [this] {
    Health now;
    fill(now);
    return now;
  };
  self_metrics_->watch(health, components_, engine_ != nullptr);
}

ScrapeAnswer Running::scrape(std::string_view accept, std::string_view accept_encoding) {
  if (scraper_ != nullptr) return scraper_->answer(accept, accept_encoding);
  return {content_type(choose_scrape_format(accept)), {}, {}};
}

Expected<void> Running::start_tracing(const Config& config) {
  trace::EngineOptions options;
  options.limits = limits_of(config);
  options.root_threshold = trace::sampling_threshold(config.trace_sample_rate);
  options.sampler = config.sampler != nullptr ? config.sampler : sampler_named(config);
  if (log_.is_on(LogLevel::kDebug)) options.decisions = decisions_ = std::make_shared<DecisionLog>(log_);
  options.processors = config.span_processors;
  options.record_for_tail = config.tail_enabled;
  options.flight_bytes = config.flight_buffer_bytes;
  options.batch_spans =
      static_cast<std::uint32_t>(std::min<std::size_t>(config.max_export_batch_size, UINT32_MAX));
  options.flight_dir = config.flight_dir.empty() ? trace::default_flight_dir() : config.flight_dir;
  options.service = config.service_name;
  options.resource = encode_resource(resource_, privacy_.get());
  options.resource_schema_url = config.resource_schema_url;
  options.privacy = privacy_;
  // Before a file of our own is there.
  std::vector<delivery::FlightOrphan> orphans =
      delivery::find_flight_orphans(options.flight_dir, config.service_name, log_);
  interrupted_ = interrupted_spans(orphans);
  std::string file_problem =
      options.flight_dir.empty() ? "no folder in memory; set CONTAINER_KIT_FLIGHT_DIR" : "";
  auto engine = trace::Engine::create(options, &file_problem);
  if (!engine) return engine.error();
  engine_ = *engine;
  if (!file_problem.empty()) log_.warn(file_problem + "; spans will not outlive a kill of this process");
  TraceExporters made = make_trace_exporters(config, log_);
  delivery::ExportOptions export_options;
  export_options.schedule_delay =
      made.write_to_console ? std::min(config.schedule_delay, kConsoleDelay) : config.schedule_delay;
  export_options.export_timeout = config.export_timeout;
  export_options.tail = {config.tail_enabled, config.tail_slower_than, config.tail_buffer_bytes};
  export_options.max_batch = config.max_export_batch_size;
  export_options.resource = options.resource;
  export_options.resource_schema_url = options.resource_schema_url;
  export_options.span_leak_after = config.span_leak_after;
  export_options.lint_names = lints_names(config);
  export_options.orphans = std::move(orphans);
  export_options.queue_bytes = config.flight_buffer_bytes / 3;
  export_options.queue_spans = config.max_queue_size;
  export_options.spool = make_spool_opener(config);
  for (const auto& exporter : made.exporters) {
    if (!self_metrics_) break;
    components_.push_back(self_metrics_->make_component(*exporter, "span"));
    export_options.observers.push_back(self_metrics_->operation_observer(components_.back()));
  }
  export_thread_ = std::make_unique<delivery::ExportThread>(*engine_, std::move(export_options),
                                                            std::move(made.exporters), log_);
  return {};
}

Expected<void> Running::flush(base::Deadline deadline) {
  if (stopped_) return {};
  const auto metrics = outputs_ != nullptr ? outputs_->begin_flush() : MetricsOutputs::Flush();
  if (export_thread_ != nullptr && !export_thread_->flush(deadline)) {
    return Error{ErrorCode::kDeadlineExceeded, "force_flush: not every span could be exported in time"};
  }
  if (outputs_ != nullptr && !outputs_->finish_flush(metrics, deadline)) {
    return Error{ErrorCode::kDeadlineExceeded, "force_flush: not every metric could be exported in time"};
  }
  return {};
}

Expected<void> Running::stop(base::Deadline deadline) {
  if (stopped_.exchange(true)) return {};
  if (outputs_ != nullptr) outputs_->begin_shutdown();
  bool spans_in_time = true;
  if (engine_ != nullptr) {
    engine_->stop_accepting();
    spans_in_time = export_thread_->shutdown(deadline);
    engine_->close(!spans_in_time);
  }
  if (decisions_ != nullptr) decisions_->close();
  const bool metrics_in_time = outputs_ == nullptr || outputs_->finish_shutdown(deadline);
  if (!spans_in_time) {
    return Error{
        ErrorCode::kDeadlineExceeded,
        "shutdown: not every span could be exported in time; what is left is exported by the next start"};
  }
  if (metrics_in_time) return {};
  return Error{ErrorCode::kDeadlineExceeded, "shutdown: not every metric could be exported in time"};
}

void Running::fill(Health& health) const {
  if (privacy_ != nullptr) {
    const privacy::Filter::Counts counts = privacy_->counts();
    health.privacy = {true, counts.dropped, counts.masked, counts.hashed};
  }
  if (engine_ != nullptr) fill_tracing(health);
  if (outputs_ != nullptr) outputs_->fill(health);
  for (std::size_t i = 0; i < health.exporters.size(); ++i) {
    ExporterHealth& exporter = health.exporters[i];
    if (i < components_.size()) exporter.component = components_[i].name;
    if (!exporter.last_error.empty()) health.last_error = exporter.last_error;
  }
}

void Running::fill_tracing(Health& health) const {
  // What a span passes first is read last, so that no number is ahead of one that it goes into.
  const std::uint64_t settled = export_thread_->settled();
  const std::uint64_t discarded_by_tail = export_thread_->tail().discarded();
  const std::uint64_t evicted = export_thread_->tail().evicted();
  health.exporters = export_thread_->health();
  const trace::Totals totals = engine_->totals();
  std::uint64_t lost = 0;  // by the exporter that lost most
  for (const ExporterHealth& exporter : health.exporters) {
    lost = std::max(lost, exporter.rejected_spans + exporter.dropped_for_room + exporter.dropped_for_age);
  }
  health.spans_started = totals.started;
  health.spans_ended = totals.ended;
  health.spans_live = totals.started - std::min(totals.ended, totals.started);
  health.spans_exported = settled - std::min(lost, settled);
  health.spans_discarded = totals.unexported + discarded_by_tail;
  health.spans_processed = settled + health.spans_discarded;
  health.spans_without_room = totals.dropped + evicted;
  health.spans_dropped = health.spans_without_room + lost;
  const std::uint64_t gone = health.spans_processed + health.spans_without_room;
  health.spans_queued = totals.ended - std::min(gone, totals.ended);
  fill_queue(health);
  health.recovered = export_thread_->recovered();
  trace::LeakWatch::Found leaks = export_thread_->span_leaks();
  health.span_leaks = {leaks.count, leaks.oldest, std::move(leaks.oldest_name)};
}

void Running::fill_queue(Health& health) const {
  const trace::FlightBuffer::Shape& shape = engine_->buffer().shape();
  const std::uint64_t free = std::min(engine_->buffer().free_chunks().available(), shape.chunks);
  constexpr std::size_t kRoom = trace::kChunkSize - sizeof(trace::ChunkHeader);
  health.queue_capacity_bytes = shape.chunks * std::uint64_t{trace::kChunkSize};
  health.queue_bytes = health.queue_capacity_bytes - free * trace::kChunkSize;
  health.queue_capacity_spans = shape.chunks * (kRoom / trace::record_size(trace::kPrefixSize));
}

}  // namespace container_kit::telemetry
