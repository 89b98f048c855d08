#include "manager/exporters.h"

#include <algorithm>

#include <unistd.h>

#include "config/endpoint.h"
#include "delivery/console_exporter.h"
#include "delivery/file_exporter.h"
#include "delivery/grpc_exporter.h"
#include "delivery/http_exporter.h"
#include "delivery/spool_place.h"
#include "trace/key_value.h"

namespace container_kit::telemetry {
namespace {

using delivery::ConsoleExporter;
using delivery::HttpExporter;
using delivery::HttpFormat;
using delivery::SpanExporter;

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

std::unique_ptr<SpanExporter> make_file_exporter(const std::string& url, const Config& config, bool metrics) {
  delivery::FileExporterOptions options;
  options.path = url.substr(std::string_view("file://").size());
  options.max_bytes = config.otlp_file_bytes;
  options.metrics = metrics;
  return std::make_unique<delivery::FileExporter>(std::move(options));
}

std::unique_ptr<SpanExporter> make_otlp_exporter(config::Signal signal, const OtlpOptions& options) {
  switch (options.protocol) {
    case OtlpProtocol::kGrpc:
      return std::make_unique<delivery::GrpcExporter>(signal, options);
    case OtlpProtocol::kHttpJson:
      return std::make_unique<HttpExporter>(signal, HttpFormat::kOtlpJson, options);
    case OtlpProtocol::kHttpProtobuf:
      break;
  }
  return std::make_unique<HttpExporter>(signal, HttpFormat::kOtlpProtobuf, options);
}

// Jaeger and Zipkin. What is set for OTLP's endpoint, keys perhaps, is for that receiver alone.
std::unique_ptr<SpanExporter> make_http_exporter(const Destination& destination, const Config& config) {
  OtlpOptions options;
  if (destination.url == config.otlp_traces.endpoint) options = config.otlp_traces;
  options.endpoint = destination.url;
  options.timeout = config.otlp_traces.timeout;
  options.compression = OtlpCompression::kNone;
  const bool is_jaeger = destination.exporter == TracesExporter::kJaeger;
  return std::make_unique<HttpExporter>(config::Signal::kTraces,
                                        is_jaeger ? HttpFormat::kJaegerThrift : HttpFormat::kZipkinJson,
                                        std::move(options));
}

std::unique_ptr<SpanExporter> make_exporter(const Destination& destination, const Config& config) {
  switch (destination.exporter) {
    case TracesExporter::kOtlp:
      return make_otlp_exporter(config::Signal::kTraces, config.otlp_traces);
    case TracesExporter::kJaeger:
    case TracesExporter::kZipkin:
      return make_http_exporter(destination, config);
    case TracesExporter::kOtlpFile:
      return make_file_exporter(destination.url, config, false);
    case TracesExporter::kConsole:
      return std::make_unique<ConsoleExporter>(ConsoleExporter::Style::kLines, STDERR_FILENO);
    case TracesExporter::kConsoleTree:
      break;
  }
  return std::make_unique<ConsoleExporter>(ConsoleExporter::Style::kTree, STDERR_FILENO);
}

delivery::SpoolPlace spool_place(const Config& config) {
  if (!config.spool_enabled) return {};
  const std::string root = config.spool_dir.empty() ? delivery::default_spool_root() : config.spool_dir;
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(config.spool_age);
  return {root, config.service_name, {config.spool_bytes, age}};
}

}  // namespace

// Resource: 1 attributes.
std::string encode_resource(const config::Resource& resource, const privacy::Filter* privacy) {
  std::string message;
  trace::Limits limits;
  limits.privacy = privacy;
  for (const Attribute& attribute : resource.attributes()) {
    std::string encoded(trace::bound_of(attribute, limits), '\0');
    auto* const begin = reinterpret_cast<std::uint8_t*>(encoded.data());
    const std::uint8_t* const end = trace::put_key_value(begin, 0x0A, attribute, limits);
    message.append(encoded, 0, static_cast<std::size_t>(end - begin));
  }
  return message;
}

TraceExporters make_trace_exporters(const Config& config, base::Log& log) {
  TraceExporters made;
  for (const Destination& destination : destinations(config, log)) {
    made.exporters.push_back(make_exporter(destination, config));
    made.write_to_console |= destination.url.empty();
  }
  return made;
}

std::unique_ptr<SpanExporter> make_metrics_exporter(const Config& config) {
  const OtlpOptions& options = config.otlp_metrics;
  if (config::exporter_at(options.endpoint) == TracesExporter::kOtlpFile) {
    // Two writers of one file would rotate it under each other's hands.
    const bool is_shared = options.endpoint == config.otlp_traces.endpoint;
    return make_file_exporter(options.endpoint + (is_shared ? ".metrics" : ""), config, true);
  }
  return make_otlp_exporter(config::Signal::kMetrics, options);
}

ExporterSpoolOpener make_spool_opener(const Config& config) {
  delivery::SpoolPlace place = spool_place(config);
  if (place.root.empty()) return nullptr;
  return [place = std::move(place)](const SpanExporter& exporter, bool make) {
    return delivery::open_spool(place, exporter, make);
  };
}

}  // namespace container_kit::telemetry
