#include "manager/running.h"

#include <unistd.h>

#include <container_kit/telemetry/process_metrics.h>
#include <container_kit/telemetry/version.h>

#include "config/endpoint.h"
#include "config/resource.h"
#include "delivery/console_exporter.h"
#include "delivery/file_exporter.h"
#include "delivery/grpc_exporter.h"
#include "delivery/http_exporter.h"
#include "delivery/spool_place.h"
#include "protocol/grpc.h"
#include "trace/key_value.h"

namespace container_kit::telemetry {
namespace {

using delivery::ConsoleExporter;
using delivery::HttpExporter;
using delivery::SpanExporter;

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

// Resource: 1 attributes.
std::string encode(const config::Resource& resource) {
  std::string message;
  const trace::Limits limits;
  for (const Attribute& attribute : resource.attributes()) {
    std::string encoded(trace::bound_of(attribute, limits), '\0');
    auto* const begin = reinterpret_cast<std::uint8_t*>(encoded.data());
    const std::uint8_t* const end = trace::put_key_value(begin, 0x0A, attribute, limits);
    message.append(encoded, 0, static_cast<std::size_t>(end - begin));
  }
  return message;
}

// Null: parent-based by trace_sample_rate, which the engine decides by itself.
SamplerPtr sampler_named(const Config& config) {
  if (config.traces_sampler == "always_on") return always_on();
  if (config.traces_sampler == "always_off") return always_off();
  if (config.traces_sampler == "traceidratio") return trace_id_ratio(config.trace_sample_rate);
  return nullptr;
}

// One place that traces go to.
struct Destination {
  TracesExporter exporter;
  std::string url;  // empty: the console
};

Destination destination_of(TracesExporter exporter, const Config& config) {
  switch (exporter) {
    case TracesExporter::kOtlp:
    case TracesExporter::kOtlpFile: {
      // Asked for OTLP, a file is one, too.
      const bool is_file = config::exporter_at(config.otlp_traces.endpoint) == TracesExporter::kOtlpFile;
      return {is_file ? TracesExporter::kOtlpFile : TracesExporter::kOtlp, config.otlp_traces.endpoint};
    }
    case TracesExporter::kJaeger:
      return {exporter, config.jaeger_endpoint};
    case TracesExporter::kZipkin:
      return {exporter, config.zipkin_endpoint};
    default:
      return {exporter, {}};
  }
}

// Where traces go: what is configured; else every endpoint that is set; else the console in development; else
// nowhere.
std::vector<Destination> destinations(const Config& config, base::Log& log) {
  std::vector<Destination> all;
  if (config.traces_to_nowhere) return all;
  for (const TracesExporter exporter : config.traces_exporters) {
    all.push_back(destination_of(exporter, config));
  }
  if (!all.empty()) return all;
  for (const std::string& url :
       {config.otlp_traces.endpoint, config.jaeger_endpoint, config.zipkin_endpoint}) {
    if (!url.empty()) all.push_back({config::exporter_at(url), url});
  }
  if (config.traces_to_console_too) all.push_back({TracesExporter::kConsoleTree, {}});
  if (!all.empty()) return all;
  if (config.environment == "development") return {{TracesExporter::kConsoleTree, {}}};
  log.warn(
      "spans go nowhere: no exporter is configured; set OTEL_EXPORTER_OTLP_ENDPOINT, or "
      "OTEL_TRACES_EXPORTER=none to have it so");
  return all;
}

std::unique_ptr<SpanExporter> make_otlp_exporter(const OtlpOptions& options) {
  using delivery::TracesFormat;
  if (options.protocol == OtlpProtocol::kGrpc) {
    return std::make_unique<delivery::GrpcExporter>(protocol::kGrpcTracesPath, options);
  }
  const bool is_json = options.protocol == OtlpProtocol::kHttpJson;
  return std::make_unique<HttpExporter>(is_json ? TracesFormat::kOtlpJson : TracesFormat::kOtlpProtobuf,
                                        options);
}

// Jaeger and Zipkin. What is set for OTLP's endpoint, keys perhaps, is for that receiver alone.
std::unique_ptr<SpanExporter> make_http_exporter(const Destination& destination, const Config& config) {
  using delivery::TracesFormat;
  OtlpOptions options;
  if (destination.url == config.otlp_traces.endpoint) options = config.otlp_traces;
  options.endpoint = destination.url;
  options.timeout = config.otlp_traces.timeout;
  options.compression = OtlpCompression::kNone;
  const bool is_jaeger = destination.exporter == TracesExporter::kJaeger;
  return std::make_unique<HttpExporter>(is_jaeger ? TracesFormat::kJaegerThrift : TracesFormat::kZipkinJson,
                                        std::move(options));
}

std::unique_ptr<SpanExporter> make_exporter(const Destination& destination, const Config& config) {
  switch (destination.exporter) {
    case TracesExporter::kOtlp:
      return make_otlp_exporter(config.otlp_traces);
    case TracesExporter::kJaeger:
    case TracesExporter::kZipkin:
      return make_http_exporter(destination, config);
    case TracesExporter::kOtlpFile:
      return std::make_unique<delivery::FileExporter>(delivery::FileExporterOptions{
          destination.url.substr(std::string_view("file://").size()), config.otlp_file_bytes});
    case TracesExporter::kConsole:
      return std::make_unique<ConsoleExporter>(ConsoleExporter::Style::kLines, STDERR_FILENO);
    case TracesExporter::kConsoleTree:
      break;
  }
  return std::make_unique<ConsoleExporter>(ConsoleExporter::Style::kTree, STDERR_FILENO);
}

// The console is read by somebody who waits for it.
constexpr std::chrono::milliseconds kConsoleDelay{200};

delivery::SpoolPlace spool_place(const Config& config) {
  if (!config.spool_enabled) return {};
  const std::string root = config.spool_dir.empty() ? delivery::default_spool_root() : config.spool_dir;
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(config.spool_age);
  return {root, config.service_name, {config.spool_bytes, age}};
}

bool writes_to_console(const std::vector<Destination>& all) {
  return std::any_of(all.begin(), all.end(), [](const Destination& one) { return one.url.empty(); });
}

}  // namespace

Expected<std::unique_ptr<Running>> Running::start(const Config& config) {
  std::unique_ptr<Running> running(new Running(config));
  for (const std::string& warning : config.warnings) running->log_.warn(warning);
  if (config.metrics_enabled) running->start_metrics(config);
  if (config.tracing_enabled) {
    if (auto started = running->start_tracing(config); !started) return started.error();
  }
  if (running->self_metrics_ && running->engine_ != nullptr) {
    // The callback ends with the provider, before what it reads does.
    const auto health = [self = running.get()] {
      Health now;
      self->fill(now);
      return now;
    };
    running->self_metrics_->watch(health, running->components_);
  }
  return running;
}

void Running::start_metrics(const Config& config) {
  MetricsOptions options;
  options.on_problem = [this](std::string_view line) { log_.warn(line); };
  options.cardinality_limit = config.metrics_cardinality_limit;
  options.series_expiry = config.metrics_series_expiry;
  meters_ = std::make_unique<MeterProvider>(std::move(options));
  metrics_ = Metrics(*meters_);
  tools_.set_series_expire(config.metrics_series_expiry.count() > 0);
  observe_process(metrics_.meter());
  self_metrics_.emplace(meters_->meter("container_kit.telemetry", {.version = version()}));
  const std::vector<Attribute> resource = resource_.attributes();
  // Without scope labels: a metric of the guide carries the guide's labels and no others.
  scraper_ = std::make_unique<PrometheusScraper>(*meters_, PrometheusOptions{resource, false});
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
  options.processors = config.span_processors;
  options.record_for_tail = config.tail_enabled;
  options.flight_bytes = config.flight_buffer_bytes;
  options.batch_spans =
      static_cast<std::uint32_t>(std::min<std::size_t>(config.max_export_batch_size, UINT32_MAX));
  options.flight_dir = config.flight_dir.empty() ? trace::default_flight_dir() : config.flight_dir;
  options.service = config.service_name;
  options.resource = encode(resource_);
  // Before a file of our own is there.
  std::vector<delivery::FlightOrphan> orphans =
      delivery::find_flight_orphans(options.flight_dir, config.service_name, log_);
  std::string file_problem =
      options.flight_dir.empty() ? "no folder in memory; set CONTAINER_KIT_FLIGHT_DIR" : "";
  auto engine = trace::Engine::create(options, &file_problem);
  if (!engine) return engine.error();
  engine_ = *engine;
  if (!file_problem.empty()) log_.warn(file_problem + "; spans will not outlive a kill of this process");
  const std::vector<Destination> all = destinations(config, log_);
  std::vector<std::unique_ptr<SpanExporter>> made;
  for (const Destination& destination : all) made.push_back(make_exporter(destination, config));
  delivery::ExportOptions export_options;
  export_options.schedule_delay =
      writes_to_console(all) ? std::min(config.schedule_delay, kConsoleDelay) : config.schedule_delay;
  export_options.export_timeout = config.export_timeout;
  export_options.tail = {config.tail_enabled, config.tail_slower_than, config.tail_buffer_bytes};
  export_options.max_batch = config.max_export_batch_size;
  export_options.resource = options.resource;
  export_options.orphans = std::move(orphans);
  export_options.queue_bytes = config.flight_buffer_bytes / 3;
  if (delivery::SpoolPlace place = spool_place(config); !place.root.empty()) {
    export_options.spool = [place = std::move(place)](const SpanExporter& exporter, bool make) {
      return delivery::open_spool(place, exporter, make);
    };
  }
  for (const auto& exporter : made) {
    if (!self_metrics_) break;
    components_.push_back(self_metrics_->make_component(*exporter));
    export_options.observers.push_back(self_metrics_->operation_observer(components_.back()));
  }
  export_thread_ =
      std::make_unique<delivery::ExportThread>(*engine_, std::move(export_options), std::move(made), log_);
  return {};
}

Expected<void> Running::flush(base::Deadline deadline) {
  if (export_thread_ == nullptr || stopped_ || export_thread_->flush(deadline)) return {};
  return Error{ErrorCode::kDeadlineExceeded, "force_flush: not every span could be exported in time"};
}

Expected<void> Running::stop(base::Deadline deadline) {
  if (stopped_) return {};
  stopped_ = true;
  if (engine_ == nullptr) return {};
  engine_->stop_accepting();
  const bool in_time = export_thread_->shutdown(deadline);
  engine_->close(!in_time);
  if (in_time) return {};
  return Error{
      ErrorCode::kDeadlineExceeded,
      "shutdown: not every span could be exported in time; what is left is exported by the next start"};
}

void Running::fill(Health& health) const {
  if (engine_ == nullptr) return;
  // What a span passes first is read last, so that no number is ahead of one that it goes into.
  const std::uint64_t settled = export_thread_->settled();
  const std::uint64_t discarded_by_tail = export_thread_->tail().discarded();
  const std::uint64_t evicted = export_thread_->tail().evicted();
  health.exporters = export_thread_->health();
  const trace::Totals totals = engine_->totals();
  std::uint64_t lost = 0;  // by the exporter that lost most
  for (std::size_t i = 0; i < health.exporters.size(); ++i) {
    ExporterHealth& exporter = health.exporters[i];
    if (i < components_.size()) exporter.component = components_[i].name;
    lost = std::max(lost, exporter.rejected_spans + exporter.dropped_for_room + exporter.dropped_for_age);
    if (!exporter.last_error.empty()) health.last_error = exporter.last_error;
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
