#include <array>

#include <container_kit/telemetry/health.h>

#include "base/json_text.h"

namespace container_kit::telemetry {
namespace {

void write_exporter(base::JsonText& json, const ExporterHealth& exporter) {
  const std::string items = exporter.signal == "metrics" ? "data_points" : "spans";
  json.begin_object()
      .member("name", exporter.name)
      .member("signal", exporter.signal)
      .member("endpoint", exporter.endpoint)
      .member("component", exporter.component)
      .member("state", to_string(exporter.state))
      .member("exported_" + items, exporter.exported_spans)
      .member("exported_batches", exporter.exported_batches)
      .member("queued_" + items, exporter.queued_spans)
      .begin_object("spool")
      .member(items, exporter.spool_spans)
      .member("bytes", exporter.spool_bytes)
      .member(items + "_written", exporter.spooled_spans)
      .member("torn_records", exporter.torn_records)
      .end_object()
      .begin_object("dropped_" + items)
      .member("rejected", exporter.rejected_spans)
      .member("no_room", exporter.dropped_for_room)
      .member("too_old", exporter.dropped_for_age)
      .end_object()
      .member("failed_attempts", exporter.failed_attempts)
      .member("last_success_unix_ms", static_cast<std::uint64_t>(exporter.last_success_ns / 1'000'000))
      .member("last_error", exporter.last_error)
      .end_object();
}

}  // namespace

std::string_view to_string(ExporterState state) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"ok", "retrying", "spooling", "failing"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string Health::to_json() const {
  base::JsonText json;
  const bool well = initialized && last_error.empty() && spans_dropped == 0;
  json.begin_object()
      .member("status", !initialized ? "off"
                        : well       ? "ok"
                                     : "degraded")
      .member("initialized", initialized)
      .begin_object("tracing")
      .member("enabled", tracing_enabled)
      .member("spans_started", spans_started)
      .member("spans_ended", spans_ended)
      .member("spans_live", spans_live)
      .member("spans_queued", spans_queued)
      .member("spans_processed", spans_processed)
      .member("spans_exported", spans_exported)
      .member("spans_discarded", spans_discarded)
      .member("spans_dropped", spans_dropped)
      .member("spans_without_room", spans_without_room)
      .begin_object("queue")
      .member("capacity_spans", queue_capacity_spans)
      .member("bytes", queue_bytes)
      .member("capacity_bytes", queue_capacity_bytes)
      .end_object()
      .begin_object("span_leaks")
      .member("count", span_leaks.count)
      .member("oldest_seconds",
              static_cast<std::uint64_t>(
                  std::chrono::duration_cast<std::chrono::seconds>(span_leaks.oldest).count()))
      .member("oldest_name", span_leaks.oldest_name)
      .end_object()
      .begin_object("recovered")
      .member("processes", recovered.processes)
      .member("finished_spans", recovered.finished_spans)
      .member("incomplete_spans", recovered.incomplete_spans)
      .member("torn_records", recovered.torn_records)
      .end_object()
      .end_object()
      .begin_object("metrics")
      .member("enabled", metrics_enabled)
      .end_object()
      .begin_object("privacy")
      .member("enabled", privacy.enabled)
      .member("dropped", privacy.dropped)
      .member("masked", privacy.masked)
      .member("hashed", privacy.hashed)
      .end_object()
      .begin_array("exporters");
  for (const ExporterHealth& exporter : exporters) write_exporter(json, exporter);
  json.end_array().member("last_error", last_error).end_object();
  return json.take();
}

}  // namespace container_kit::telemetry
