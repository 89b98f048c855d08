// Config: everything the library can be told, before it is checked.
//
// Take one from the environment, or a preset, change what you like, and hand it to a Manager. The Manager
// finalises it once, in initialize(): a wrong value is an error that names the field, its source and what is
// allowed, and nothing starts.
//
//   telemetry::Config config = telemetry::Config::from_env();
//   config.resource_attributes["deployment.region"] = "us-west-2";
//
// Values set in code win over the environment, which wins over the preset it is laid on.
//
// Thread safety and ownership: a plain value that owns its strings.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/exemplar.h>
#include <container_kit/telemetry/expected.h>
#include <container_kit/telemetry/log_level.h>
#include <container_kit/telemetry/otlp_options.h>
#include <container_kit/telemetry/privacy.h>
#include <container_kit/telemetry/propagation_format.h>

namespace container_kit::telemetry {

class Sampler;        // sampler.h
class SpanProcessor;  // span_processor.h

// Where finished spans go.
enum class TracesExporter {
  kOtlp,         // OTLP over HTTP or gRPC
  kOtlpFile,     // OTLP/JSON, one request a line, into a file
  kJaeger,       // a Jaeger collector, Thrift over HTTP
  kZipkin,       // Zipkin's v2 JSON
  kConsole,      // one line a span
  kConsoleTree,  // the trace as a tree, when its local root has ended
};

// Where metrics are pushed to, beside the scrape handler, which is always there.
enum class MetricsExporter {
  kOtlp,        // or OTLP/JSON into a file, where the endpoint is one
  kPrometheus,  // nowhere: it comes and asks
  kConsole,     // a table
};

// Whether what is pushed tells of all time or of the time since the last push.
enum class MetricsTemporality { kCumulative, kDelta, kLowMemory };

// Where a setting's value was read: "CONTAINER_KIT_ENV", "telemetry.yaml:12", "preset production".
struct SettingSource {
  std::string where;
  std::string value;  // what it was then, as text
};

// One line of `container-kit config`.
struct EffectiveSetting {
  std::string name;    // the field's: "trace_sample_rate", "otlp_traces.endpoint"
  std::string value;   // secrets masked
  std::string source;  // as SettingSource::where, or "default", or "code"
};

// What spans of HTTP requests and their attributes are called.
enum class HttpConventions {
  kGuide,   // http.GET /items, http.method, http.status_code
  kStable,  // GET /items, http.request.method, http.response.status_code: the stable semantic conventions
  kBoth,    // the guide's span names, and the attributes of both
};

// Where names of spans and attributes that do not follow the conventions are told of in the log.
enum class NamingLintMode {
  kDevelopment,  // where `environment` is development
  kOn,
  kOff,
};

struct Config {
  // --- who we are -----------------------------------------------------------------------------------------
  std::string service_name = "container-kit";  // CONTAINER_KIT_SERVICE_NAME, OTEL_SERVICE_NAME
  std::string service_version = "dev";         // CONTAINER_KIT_VERSION
  std::string environment = "development";     // CONTAINER_KIT_ENV
  // Beside them there is what is detected: host, os, process, container and, from POD_NAME, NODE_NAME,
  // POD_NAMESPACE, POD_UID, POD_IP and CONTAINER_NAME, Kubernetes.
  std::map<std::string, std::string> resource_attributes;  // OTEL_RESOURCE_ATTRIBUTES
  // The semantic conventions that the resource's names are of, as https://opentelemetry.io/schemas/1.38.0; it
  // is sent as it is. Empty: none is named, since what is detected has names of several versions.
  std::string resource_schema_url;  // CONTAINER_KIT_RESOURCE_SCHEMA_URL
  std::string service_namespace;    // CONTAINER_KIT_SERVICE_NAMESPACE
  std::string deployment_region;    // CONTAINER_KIT_REGION
  std::string deployment_zone;      // CONTAINER_KIT_ZONE
  std::string cluster_name;         // CONTAINER_KIT_CLUSTER_NAME

  // --- tracing --------------------------------------------------------------------------------------------
  bool tracing_enabled = true;  // CONTAINER_KIT_TRACING_ENABLED; OTEL_SDK_DISABLED turns all off
  // Instead of parent-based sampling by trace_sample_rate.
  std::shared_ptr<Sampler> sampler;
  // always_on, always_off or traceidratio (with trace_sample_rate); empty: parent-based. `sampler` wins over
  // it.
  std::string traces_sampler;  // OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG
  std::vector<std::shared_ptr<SpanProcessor>> span_processors;
  // Keeps, at any sampling rate, the traces whose local root failed or took longer than tail_slower_than.
  bool tail_enabled = false;                             // CONTAINER_KIT_TAIL_ENABLED
  std::chrono::milliseconds tail_slower_than{1'000};     // CONTAINER_KIT_TAIL_SLOWER_THAN
  std::size_t tail_buffer_bytes = std::size_t{8} << 20;  // CONTAINER_KIT_TAIL_BYTES; of undecided traces
  double trace_sample_rate = 1.0;  // CONTAINER_KIT_TRACE_SAMPLE_RATE; of root spans, 0.0 to 1.0
  // Empty and traces_to_nowhere not set: every endpoint that is set, else the console in development, else
  // nowhere, with one warning.
  std::vector<TracesExporter> traces_exporters;  // OTEL_TRACES_EXPORTER: otlp, jaeger, zipkin, console, none
  bool traces_to_nowhere = false;                // OTEL_TRACES_EXPORTER=none
  // Where traces_exporters does not say: each trace as a tree on the console, beside every endpoint that is
  // set.
  bool traces_to_console_too = false;
  // OTEL_EXPORTER_OTLP_*, OTEL_EXPORTER_OTLP_TRACES_*. Over HTTP from_env() takes
  // OTEL_EXPORTER_OTLP_TRACES_ENDPOINT as it is, and appends v1/traces to OTEL_EXPORTER_OTLP_ENDPOINT. Where
  // traces_exporters does not say, the URL decides what is spoken: file:///PATH is a file of OTLP/JSON, the
  // path /api/traces means Jaeger, /api/v2/spans Zipkin, and anything else OTLP; where no protocol is said,
  // port 4317 means gRPC.
  OtlpOptions otlp_traces;
  std::string jaeger_endpoint;  // OTEL_EXPORTER_JAEGER_ENDPOINT: http://HOST:14268/api/traces
  std::string zipkin_endpoint;  // OTEL_EXPORTER_ZIPKIN_ENDPOINT: http://HOST:9411/api/v2/spans
  // A file of OTLP/JSON that would grow beyond this is rotated: PATH.1 to PATH.3 are kept.
  std::size_t otlp_file_bytes = std::size_t{64} << 20;  // CONTAINER_KIT_OTLP_FILE_BYTES
  std::chrono::milliseconds schedule_delay{5'000};      // OTEL_BSP_SCHEDULE_DELAY
  std::chrono::milliseconds export_timeout{30'000};  // OTEL_BSP_EXPORT_TIMEOUT; ~Manager's deadline as well
  std::size_t max_export_batch_size = 512;           // OTEL_BSP_MAX_EXPORT_BATCH_SIZE; spans in one request
  std::size_t max_queue_size = 0;                    // OTEL_BSP_MAX_QUEUE_SIZE; 0: bytes alone limit it
  std::size_t attribute_count_limit = 128;           // OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT
  std::size_t event_count_limit = 128;               // OTEL_SPAN_EVENT_COUNT_LIMIT
  std::size_t link_count_limit = 128;                // OTEL_SPAN_LINK_COUNT_LIMIT
  std::size_t event_attribute_count_limit = 128;     // OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT
  std::size_t link_attribute_count_limit = 128;      // OTEL_LINK_ATTRIBUTE_COUNT_LIMIT
  std::size_t attribute_value_length_limit = 0;      // OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT; 0: none
  // Spans that are open for so long are named in the log, once each, and counted in Health; 0: none.
  std::chrono::milliseconds span_leak_after{std::chrono::minutes(10)};  // CONTAINER_KIT_SPAN_LEAK_AFTER
  // Once a name, with a better one: docs/guide.md, Best practices.
  NamingLintMode naming_lint =
      NamingLintMode::kDevelopment;             // CONTAINER_KIT_NAMING_LINT: development, on, off
  std::size_t flight_buffer_bytes = 24u << 20;  // CONTAINER_KIT_FLIGHT_BYTES; live and finished spans
  // Where the flight buffer's file lies, from which the next start exports what a killed process left. Empty:
  // in /dev/shm, else $XDG_RUNTIME_DIR. Not possible there: in memory that dies with the process, with a
  // warning.
  std::string flight_dir;  // CONTAINER_KIT_FLIGHT_DIR

  // What a receiver does not take goes to disk, below this folder, and is sent on when it is back, also by
  // the next start. Empty: $XDG_STATE_HOME/container-kit/spool, /var/lib/container-kit/spool or
  // $HOME/.local/state/container-kit/spool, the first that can be written to.
  std::string spool_dir;      // CONTAINER_KIT_SPOOL_DIR
  bool spool_enabled = true;  // CONTAINER_KIT_SPOOL_ENABLED
  std::size_t spool_bytes = std::size_t{256}
                            << 20;  // CONTAINER_KIT_SPOOL_BYTES; for each exporter; the oldest go first
  std::chrono::milliseconds spool_age{
      std::chrono::hours(24)};  // CONTAINER_KIT_SPOOL_AGE; what is older is dropped

  // --- metrics --------------------------------------------------------------------------------------------
  bool metrics_enabled = true;  // CONTAINER_KIT_METRICS_ENABLED
  // Empty and metrics_to_nowhere not set: OTLP, where otlp_metrics has an endpoint.
  std::vector<MetricsExporter> metrics_exporters;  // OTEL_METRICS_EXPORTER: otlp, prometheus, console, none
  bool metrics_to_nowhere = false;                 // OTEL_METRICS_EXPORTER=none
  // As otlp_traces. An endpoint that is the same file as that of traces has .metrics appended to its name.
  OtlpOptions otlp_metrics;                                  // OTEL_EXPORTER_OTLP_METRICS_*
  std::chrono::milliseconds metric_export_interval{60'000};  // OTEL_METRIC_EXPORT_INTERVAL
  std::chrono::milliseconds metric_export_timeout{30'000};   // OTEL_METRIC_EXPORT_TIMEOUT; of one request
  MetricsTemporality otlp_metrics_temporality =  // …_METRICS_TEMPORALITY_PREFERENCE: cumulative,
      MetricsTemporality::kCumulative;           // delta, lowmemory
  // OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=base2_exponential_bucket_histogram. What a
  // histogram is, it is for every reader, /metrics among them.
  bool exponential_histograms = false;
  ExemplarFilter exemplar_filter = ExemplarFilter::kTraceBased;  // OTEL_METRICS_EXEMPLAR_FILTER
  // How often the console shows the table.
  std::chrono::milliseconds metrics_interval{15'000};  // CONTAINER_KIT_METRICS_INTERVAL
  // Attribute sets that one metric may have; further ones are counted together.
  std::size_t metrics_cardinality_limit = 2'000;  // CONTAINER_KIT_METRICS_CARDINALITY_LIMIT
  // Series that were not recorded to for so long disappear, but for those registered in advance; 0: never.
  std::chrono::milliseconds metrics_series_expiry{0};  // CONTAINER_KIT_METRICS_SERIES_EXPIRY

  // The Prometheus server, which `container-kit doctor` asks; never an address to listen on.
  std::string prometheus_endpoint;  // OTEL_EXPORTER_PROMETHEUS_ENDPOINT

  // --- context between processes --------------------------------------------------------------------------
  // Each is written; they are read in order, and a later one's span wins. Empty: nothing travels.
  // OTEL_PROPAGATORS: tracecontext, baggage, b3, b3multi, jaeger, none
  std::vector<PropagationFormat> propagators{PropagationFormat::kTraceContext, PropagationFormat::kBaggage};

  HttpConventions http_conventions =
      HttpConventions::kGuide;  // OTEL_SEMCONV_STABILITY_OPT_IN: http, http/dup

  // --- privacy --------------------------------------------------------------------------------------------
  PrivacyOptions privacy;  // CONTAINER_KIT_PRIVACY*; privacy.h

  // --- the library's own log, on stderr unless a sink is given --------------------------------------------
  LogLevel log_level = LogLevel::kInfo;  // CONTAINER_KIT_LOG_LEVEL, OTEL_LOG_LEVEL
  std::function<void(LogLevel, std::string_view)> log_sink;

  // What from_env() found wrong in OTEL_* variables: ignored there, and logged by initialize().
  std::vector<std::string> warnings;
  // What from_env() found wrong in CONTAINER_KIT_* variables: initialize() refuses to start with these.
  std::vector<std::string> faults;
  // By the field's name: where what is not a default was read. What was changed since is the code's word.
  std::map<std::string, SettingSource> sources;

  // The guide's presets.
  static Config development();
  static Config production();
  static Config testing();

  // The preset that CONTAINER_KIT_ENV names (none: the defaults above), with the environment laid over it.
  static Config from_env();

  // Every fault in the values, one a line in the error's message, or success.
  Expected<void> validate() const;

  // All that can be set from outside, with where each value comes from, in the order of
  // docs/configuration.md.
  std::vector<EffectiveSetting> effective() const;
};

}  // namespace container_kit::telemetry
