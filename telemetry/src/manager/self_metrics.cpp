#include "manager/self_metrics.h"

#include <charconv>
#include <optional>
#include <vector>

namespace container_kit::telemetry {
namespace {

constexpr std::string_view kSpan = "{span}";
constexpr std::string_view kDataPoint = "{data_point}";
constexpr std::string_view kProcessorType = "batching_span_processor";
constexpr std::string_view kProcessorName = "batching_span_processor/0";

// Host and port of http://[user@]host[:port]/…; nothing else is a server.
void read_server(std::string_view endpoint, ExporterComponent& component) {
  const bool is_https = endpoint.starts_with("https://");
  if (!is_https && !endpoint.starts_with("http://")) return;
  endpoint.remove_prefix(endpoint.find("://") + 3);
  endpoint = endpoint.substr(0, endpoint.find_first_of("/?#"));
  const std::size_t colon = endpoint.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && endpoint.find(']', colon) == std::string_view::npos;
  component.server_port = is_https ? 443 : 80;
  if (has_port) {
    std::from_chars(endpoint.data() + colon + 1, endpoint.data() + endpoint.size(), component.server_port);
  }
  component.server_address = endpoint.substr(0, has_port ? colon : endpoint.size());
}

// The attributes that say which exporter it was, and room for a few more.
std::vector<Attribute> attributes_of(const ExporterComponent& component) {
  std::vector<Attribute> attributes{{"otel.component.name", std::string_view(component.name)},
                                    {"otel.component.type", std::string_view(component.type)}};
  if (component.server_port != 0) {
    attributes.push_back({"server.address", std::string_view(component.server_address)});
    attributes.push_back({"server.port", component.server_port});
  }
  return attributes;
}

struct SpanInstruments {
  using Count = Observable<std::int64_t>;
  Count started, live;
  Count queue_size, queue_capacity, processed;
  Count queue_bytes, queue_capacity_bytes;

  explicit SpanInstruments(Meter& meter)
      : started(meter.observable_counter<std::int64_t>(
            "otel.sdk.span.started",
            {.description = "Spans started that record; those that are not sampled are not counted.",
             .unit = kSpan})),
        live(meter.observable_up_down_counter<std::int64_t>(
            "otel.sdk.span.live",
            {.description = "Spans that record, started and not yet ended.", .unit = kSpan})),
        queue_size(meter.observable_up_down_counter<std::int64_t>(
            "otel.sdk.processor.span.queue.size",
            {.description =
                 "Spans in the flight buffer that have ended and are not settled by every exporter.",
             .unit = kSpan})),
        queue_capacity(meter.observable_up_down_counter<std::int64_t>(
            "otel.sdk.processor.span.queue.capacity",
            {.description = "Spans that the flight buffer can hold, were they as small as spans can be.",
             .unit = kSpan})),
        processed(meter.observable_counter<std::int64_t>(
            "otel.sdk.processor.span.processed",
            {.description = "Spans that left the flight buffer, or found no room in it.", .unit = kSpan})),
        queue_bytes(meter.observable_up_down_counter<std::int64_t>(
            "container_kit.queue.usage",
            {.description = "Bytes of the flight buffer that hold ended spans.", .unit = "By"})),
        queue_capacity_bytes(meter.observable_up_down_counter<std::int64_t>(
            "container_kit.queue.limit",
            {.description = "Bytes of the flight buffer that can hold ended spans.", .unit = "By"})) {}

  void observe(const Health& health, Observations& out) const {
    const Attribute processor[] = {{"otel.component.name", kProcessorName},
                                   {"otel.component.type", kProcessorType}};
    const Attribute full[] = {processor[0], processor[1], {"error.type", "queue_full"}};
    const auto put = [&out](const Count& instrument, std::uint64_t value, Attributes attributes) {
      out.observe(instrument, static_cast<std::int64_t>(value), attributes);
    };
    put(started, health.spans_started, {});
    put(live, health.spans_live, {});
    put(queue_size, health.spans_queued, processor);
    put(queue_capacity, health.queue_capacity_spans, processor);
    put(processed, health.spans_processed, processor);
    put(processed, health.spans_without_room, full);
    put(queue_bytes, health.queue_bytes, {});
    put(queue_capacity_bytes, health.queue_capacity_bytes, {});
  }
};

struct ExporterInstruments {
  using Count = Observable<std::int64_t>;
  Count inflight, exported, attempts_failed, spool_bytes;

  // `item` as the names have it: span, metric_data_point.
  ExporterInstruments(Meter& meter, const std::string& item, const std::string& items, std::string_view unit)
      : inflight(meter.observable_up_down_counter<std::int64_t>(
            "otel.sdk.exporter." + item + ".inflight",
            {.description = items + " that an exporter has not finished with, in its queue or its spool.",
             .unit = unit})),
        exported(meter.observable_counter<std::int64_t>(
            "otel.sdk.exporter." + item + ".exported",
            {.description = items + " that an exporter delivered or, with an error.type, lost.",
             .unit = unit})),
        attempts_failed(meter.observable_counter<std::int64_t>(
            "container_kit.exporter.failed_attempts",
            {.description = "Attempts to deliver that failed and are repeated.", .unit = "{attempt}"})),
        spool_bytes(meter.observable_up_down_counter<std::int64_t>(
            "container_kit.exporter.spool.usage",
            {.description = "Bytes on disk that wait for the exporter's receiver.", .unit = "By"})) {}

  void observe(const ExporterHealth& health, const ExporterComponent& component, Observations& out) const {
    std::vector<Attribute> attributes = attributes_of(component);
    const auto put = [&](const Count& instrument, std::uint64_t value) {
      out.observe(instrument, static_cast<std::int64_t>(value), std::span<const Attribute>(attributes));
    };
    put(inflight, health.queued_spans + health.spool_spans);
    put(exported, health.exported_spans);
    put(attempts_failed, health.failed_attempts);
    put(spool_bytes, health.spool_bytes);
    attributes.push_back({"error.type", "rejected"});
    put(exported, health.rejected_spans);
    attributes.back() = {"error.type", "no_room"};
    put(exported, health.dropped_for_room);
    attributes.back() = {"error.type", "too_old"};
    put(exported, health.dropped_for_age);
  }
};

struct PrivacyInstruments {
  Observable<std::int64_t> filtered;

  explicit PrivacyInstruments(Meter& meter)
      : filtered(meter.observable_counter<std::int64_t>(
            "container_kit.privacy.filtered",
            {.description = "Attributes and texts that a privacy rule changed before they were stored.",
             .unit = "{value}"})) {}

  void observe(const PrivacyHealth& health, Observations& out) const {
    if (!health.enabled) return;
    const auto put = [&](std::string_view action, std::uint64_t value) {
      out.observe(filtered, static_cast<std::int64_t>(value), {{"container_kit.privacy.action", action}});
    };
    put("drop", health.dropped);
    put("mask", health.masked);
    put("hash", health.hashed);
  }
};

}  // namespace

SelfMetrics::SelfMetrics(Meter meter)
    : meter_(std::move(meter)),
      operation_duration_(meter_.histogram<double>(
          "otel.sdk.exporter.operation.duration",
          {.description = "How long exports of a batch took, retries and the waits between them included.",
           .unit = "s",
           .boundaries = std::vector<double>{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
                                             5, 10, 30, 60, 300}})) {}

ExporterComponent SelfMetrics::make_component(const delivery::SpanExporter& exporter,
                                              const std::string& item) {
  ExporterComponent component;
  component.type = exporter.component() + "_" + item + "_exporter";
  component.name = component.type + "/" + std::to_string(count_of_type_[component.type]++);
  read_server(exporter.endpoint(), component);
  return component;
}

delivery::OperationObserver SelfMetrics::operation_observer(const ExporterComponent& component) const {
  return [duration = operation_duration_, component](const delivery::ExportOperation& operation) mutable {
    std::vector<Attribute> attributes = attributes_of(component);
    if (!operation.error_type.empty()) attributes.push_back({"error.type", operation.error_type});
    if (operation.http_status != 0) {
      attributes.push_back({"http.response.status_code", std::int64_t{operation.http_status}});
    }
    duration.record(operation.duration.count(), std::span<const Attribute>(attributes));
  };
}

void SelfMetrics::watch(std::function<Health()> health, std::vector<ExporterComponent> components,
                        bool is_tracing) {
  std::optional<SpanInstruments> spans;
  std::optional<ExporterInstruments> span_exporters;
  if (is_tracing) {
    spans.emplace(meter_);
    span_exporters.emplace(meter_, "span", "Spans", kSpan);
  }
  meter_.observe("telemetry itself", [spans, span_exporters,
                                      metric_exporters = ExporterInstruments(meter_, "metric_data_point",
                                                                             "Data points", kDataPoint),
                                      privacy = PrivacyInstruments(meter_), health = std::move(health),
                                      components = std::move(components)](Observations& out) {
    const Health now = health();
    if (spans) spans->observe(now, out);
    privacy.observe(now.privacy, out);
    for (std::size_t i = 0; i < components.size() && i < now.exporters.size(); ++i) {
      const ExporterHealth& exporter = now.exporters[i];
      const bool is_metrics = exporter.signal == "metrics" || !span_exporters;
      (is_metrics ? metric_exporters : *span_exporters).observe(exporter, components[i], out);
    }
  });
}

}  // namespace container_kit::telemetry
