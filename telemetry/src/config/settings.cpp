#include "config/settings.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

#include "config/endpoint.h"
#include "config/environment.h"
#include "config/privacy_options.h"
#include "config/words.h"

namespace container_kit::telemetry::config {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kNone{0};
constexpr milliseconds kSome{1};
constexpr std::size_t kMebibyte = std::size_t{1} << 20;

// --- who we are -----------------------------------------------------------------------------------------

Setting resource_attributes() {
  Setting setting{"resource_attributes",
                  {"OTEL_RESOURCE_ATTRIBUTES"},
                  "key=value,key=value, percent-encoded",
                  "Attributes of all telemetry, beside what is detected; they win over it"};
  setting.read = [](std::string_view text, Config& config) -> std::string {
    const auto pairs = parse_pairs(text);
    if (!pairs) return std::string(text);
    for (const auto& [key, value] : *pairs) config.resource_attributes[key] = value;
    return {};
  };
  setting.print = [](const Config& config) { return print_pairs(config.resource_attributes); };
  return setting;
}

Setting service_name() {
  Setting setting = text_setting({"service_name",
                                  {"OTEL_SERVICE_NAME", "CONTAINER_KIT_SERVICE_NAME"},
                                  "service.name; it wins over the one in resource_attributes"},
                                 &Config::service_name, "any text but none");
  setting.holds = [](const Config& config) { return !config.service_name.empty(); };
  return setting;
}

Setting environment() {
  Setting setting =
      text_setting({"environment",
                    {"CONTAINER_KIT_ENV"},
                    "deployment.environment.name; from_env() starts with the preset of that name, "
                    "development, production or test"},
                   &Config::environment);
  setting.read = [](std::string_view text, Config& config) -> std::string {
    config.environment = text == "testing" ? "test" : text;
    return {};
  };
  return setting;
}

void add_identity(std::vector<Setting>& all) {
  all.push_back(service_name());
  all.push_back(text_setting({"service_version", {"CONTAINER_KIT_VERSION"}, "service.version"},
                             &Config::service_version));
  all.push_back(environment());
  all.push_back(resource_attributes());
  const auto text = [&all](const char* name, const char* variable, const char* description,
                           std::string Config::*field) {
    all.push_back(text_setting({name, {variable}, description}, Field<std::string>(field)));
  };
  text("resource_schema_url", "CONTAINER_KIT_RESOURCE_SCHEMA_URL",
       "The schema that the resource's names are of, sent with it", &Config::resource_schema_url);
  text("service_namespace", "CONTAINER_KIT_SERVICE_NAMESPACE", "service.namespace",
       &Config::service_namespace);
  text("deployment_region", "CONTAINER_KIT_REGION", "deployment.region", &Config::deployment_region);
  text("deployment_zone", "CONTAINER_KIT_ZONE", "deployment.zone", &Config::deployment_zone);
  text("cluster_name", "CONTAINER_KIT_CLUSTER_NAME", "cluster.name and k8s.cluster.name",
       &Config::cluster_name);
}

// --- tracing --------------------------------------------------------------------------------------------

// Over OTEL_SDK_DISABLED, which turns both off.
Setting enabled(const char* name, const char* variable, const char* description, bool Config::*field) {
  Setting setting = boolean_setting({name, {"OTEL_SDK_DISABLED", variable}, description}, Field<bool>(field));
  setting.from_environment = [](Environment& env, const Setting& self, Config& config) {
    if (env.is_true(self.variables[0].c_str())) {
      static_cast<void>(self.read("false", config));
      note_source(self, self.variables[0], config);
    }
    env.apply(self, self.variables[1].c_str(), config);
  };
  return setting;
}

std::vector<Word<std::string>> samplers() {
  return {{"always_on", "always_on"},    {"always_off", "always_off"},   {"traceidratio", "traceidratio"},
          {"parentbased_always_on", ""}, {"parentbased_always_off", ""}, {"parentbased_traceidratio", ""}};
}

// The sampler's name and its rate are one thing in OpenTelemetry's variables, and two in ours.
void read_sampler(Environment& env, const Setting& self, Config& config) {
  const char* const variable = self.variables[0].c_str();
  const std::string name = lower_trimmed(env.get(variable));
  if (name.empty()) return;
  const auto sampler = value_of(samplers(), name);
  if (!sampler) return env.complain(self, variable, name);
  config.traces_sampler = *sampler;
  note_source(self, variable, config);
  const Setting& rate = *find_setting("trace_sample_rate");
  config.trace_sample_rate = name.ends_with("off") ? 0.0 : 1.0;
  note_source(rate, variable, config);
  if (name.ends_with("traceidratio")) env.apply(rate, "OTEL_TRACES_SAMPLER_ARG", config);
}

Setting traces_sampler() {
  Setting setting =
      word_setting<std::string>({"traces_sampler",
                                 {"OTEL_TRACES_SAMPLER"},
                                 "Empty: parent-based, and by trace_sample_rate for root spans. always_on, "
                                 "always_off, traceidratio (by trace_sample_rate): whatever the parent says"},
                                &Config::traces_sampler, samplers());
  setting.print = [](const Config& config) { return config.traces_sampler; };
  setting.holds = [](const Config& config) {
    return config.traces_sampler.empty() ||
           value_of(samplers(), config.traces_sampler) == config.traces_sampler;
  };
  setting.from_environment = read_sampler;
  return setting;
}

Setting trace_sample_rate() {
  Setting setting = rate_setting({"trace_sample_rate",
                                  {"OTEL_TRACES_SAMPLER_ARG", "CONTAINER_KIT_TRACE_SAMPLE_RATE"},
                                  "The part of root spans that is sampled"},
                                 &Config::trace_sample_rate);
  // The first belongs to OTEL_TRACES_SAMPLER.
  setting.from_environment = [](Environment& env, const Setting& self, Config& config) {
    env.apply(self, self.variables[1].c_str(), config);
  };
  return setting;
}

// A list of exporters, or `none`, which is a field of its own.
template <typename Words, typename Exporter>
Setting exporters_setting(const char* name, const char* variable, const char* description, const Words& words,
                          std::vector<Exporter> Config::*exporters, bool Config::*nowhere) {
  Setting setting{name, {variable}, list_words(words) + ", none; several with commas", description};
  setting.read = [=](std::string_view text, Config& config) {
    return read_list(words, text, config.*exporters, config.*nowhere);
  };
  setting.print = [=](const Config& config) {
    return config.*nowhere ? "none" : print_list(words, config.*exporters);
  };
  return setting;
}

Setting traces_exporters() {
  return exporters_setting("traces_exporters", "OTEL_TRACES_EXPORTER",
                           "Where traces go. Empty: every endpoint that is set, else the console in "
                           "development, else nowhere. none: "
                           "traces_to_nowhere",
                           traces_exporter_words(), &Config::traces_exporters, &Config::traces_to_nowhere);
}

Setting endpoint(const char* name, const char* variable, const char* description,
                 std::string Config::*field) {
  return text_setting({name, {variable}, description}, Field<std::string>(field),
                      "a URL that begins with http:// or https://");
}

void add_sampling(std::vector<Setting>& all) {
  all.push_back(enabled("tracing_enabled", "CONTAINER_KIT_TRACING_ENABLED", "Whether spans are recorded",
                        &Config::tracing_enabled));
  all.push_back(traces_sampler());
  all.push_back(trace_sample_rate());
  all.push_back(boolean_setting({"tail_enabled",
                                 {"CONTAINER_KIT_TAIL_ENABLED"},
                                 "Keeps, at any sampling rate, traces whose local root failed or was slow"},
                                &Config::tail_enabled));
  all.push_back(duration_setting(
      {"tail_slower_than", {"CONTAINER_KIT_TAIL_SLOWER_THAN"}, "From which duration on a trace is slow"},
      &Config::tail_slower_than, kNone));
  all.push_back(count_setting(
      {"tail_buffer_bytes", {"CONTAINER_KIT_TAIL_BYTES"}, "Bytes of traces that are not decided on"},
      &Config::tail_buffer_bytes, 0));
}

void add_export(std::vector<Setting>& all) {
  all.push_back(duration_setting(
      {"schedule_delay", {"OTEL_BSP_SCHEDULE_DELAY"}, "The longest that a finished span waits for its batch"},
      &Config::schedule_delay, kNone));
  all.push_back(duration_setting({"export_timeout",
                                  {"OTEL_BSP_EXPORT_TIMEOUT"},
                                  "Of one batch of spans; the destructor of Manager waits as long"},
                                 &Config::export_timeout, kNone));
  all.push_back(
      count_setting({"max_export_batch_size", {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE"}, "Spans in one request"},
                    &Config::max_export_batch_size, 1));
  all.push_back(
      count_setting({"max_queue_size",
                     {"OTEL_BSP_MAX_QUEUE_SIZE"},
                     "Spans that may wait for one exporter, beside the batch that it is sending. 0: "
                     "bytes alone limit them, flight_buffer_bytes"},
                    &Config::max_queue_size, 0));
  all.push_back(count_setting({"otlp_file_bytes",
                               {"CONTAINER_KIT_OTLP_FILE_BYTES"},
                               "A file of OTLP/JSON that would grow beyond so many bytes is rotated"},
                              &Config::otlp_file_bytes, 0));
}

Setting span_leak_after() {
  return duration_setting({"span_leak_after",
                           {"CONTAINER_KIT_SPAN_LEAK_AFTER"},
                           "Spans open for so long are named in the log, once each, and counted. 0: none"},
                          &Config::span_leak_after, kNone);
}

Setting naming_lint() {
  return word_setting<NamingLintMode>({"naming_lint",
                                       {"CONTAINER_KIT_NAMING_LINT"},
                                       "Whether names of spans and attributes that do not follow the "
                                       "conventions are told of in the log, once each, with a better name"},
                                      &Config::naming_lint,
                                      {{"development", NamingLintMode::kDevelopment},
                                       {"on", NamingLintMode::kOn},
                                       {"off", NamingLintMode::kOff}});
}

void add_limits(std::vector<Setting>& all) {
  const auto limit = [&all](const char* name, std::vector<std::string> variables, const char* description,
                            std::size_t Config::*field) {
    all.push_back(count_setting({name, std::move(variables), description}, Field<std::size_t>(field), 0));
  };
  limit("attribute_count_limit", {"OTEL_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"},
        "Attributes of a span", &Config::attribute_count_limit);
  limit("event_count_limit", {"OTEL_SPAN_EVENT_COUNT_LIMIT"}, "Events of a span", &Config::event_count_limit);
  limit("link_count_limit", {"OTEL_SPAN_LINK_COUNT_LIMIT"}, "Links of a span", &Config::link_count_limit);
  limit("event_attribute_count_limit", {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"}, "Attributes of an event",
        &Config::event_attribute_count_limit);
  limit("link_attribute_count_limit", {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"}, "Attributes of a link",
        &Config::link_attribute_count_limit);
  limit("attribute_value_length_limit",
        {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT"},
        "Characters of an attribute's text. 0: no limit", &Config::attribute_value_length_limit);
}

void add_storage(std::vector<Setting>& all) {
  all.push_back(count_setting(
      {"flight_buffer_bytes", {"CONTAINER_KIT_FLIGHT_BYTES"}, "Bytes of live and finished spans in memory"},
      &Config::flight_buffer_bytes, kMebibyte, std::size_t{4} << 30));
  all.push_back(text_setting({"flight_dir",
                              {"CONTAINER_KIT_FLIGHT_DIR"},
                              "Where the flight buffer's file lies. Empty: /dev/shm, else $XDG_RUNTIME_DIR"},
                             &Config::flight_dir, "a folder in memory"));
  all.push_back(boolean_setting({"spool_enabled",
                                 {"CONTAINER_KIT_SPOOL_ENABLED"},
                                 "Whether what a receiver does not take is kept on disk and sent on later"},
                                &Config::spool_enabled));
  all.push_back(text_setting({"spool_dir",
                              {"CONTAINER_KIT_SPOOL_DIR"},
                              "Where. Empty: $XDG_STATE_HOME/container-kit/spool, "
                              "/var/lib/container-kit/spool or $HOME/.local/state/container-kit/spool, the "
                              "first that can be written to"},
                             &Config::spool_dir, "a folder on disk"));
  all.push_back(count_setting(
      {"spool_bytes", {"CONTAINER_KIT_SPOOL_BYTES"}, "Bytes on disk for each exporter; the oldest go first"},
      &Config::spool_bytes, kMebibyte));
  all.push_back(
      duration_setting({"spool_age", {"CONTAINER_KIT_SPOOL_AGE"}, "What was spooled longer ago is dropped"},
                       &Config::spool_age, kSome));
}

// --- metrics --------------------------------------------------------------------------------------------

Setting metrics_exporters() {
  return exporters_setting(
      "metrics_exporters", "OTEL_METRICS_EXPORTER",
      "Where metrics are pushed to, beside the scrape of /metrics. Empty: OTLP, where it has "
      "an endpoint. none: metrics_to_nowhere",
      metrics_exporter_words(), &Config::metrics_exporters, &Config::metrics_to_nowhere);
}

void add_metrics_push(std::vector<Setting>& all) {
  all.push_back(duration_setting(
      {"metric_export_interval", {"OTEL_METRIC_EXPORT_INTERVAL"}, "How often metrics are sent by OTLP"},
      &Config::metric_export_interval, kSome));
  all.push_back(duration_setting(
      {"metric_export_timeout", {"OTEL_METRIC_EXPORT_TIMEOUT"}, "Of one request with metrics"},
      &Config::metric_export_timeout, kSome));
  all.push_back(
      word_setting<MetricsTemporality>({"otlp_metrics_temporality",
                                        {"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"},
                                        "Whether what is sent tells of all time or of the time since"},
                                       &Config::otlp_metrics_temporality, temporality_words()));
  all.push_back(duration_setting(
      {"metrics_interval", {"CONTAINER_KIT_METRICS_INTERVAL"}, "How often the console shows metrics"},
      &Config::metrics_interval, kSome));
}

void add_metrics(std::vector<Setting>& all) {
  all.push_back(enabled("metrics_enabled", "CONTAINER_KIT_METRICS_ENABLED", "Whether metrics are recorded",
                        &Config::metrics_enabled));
  all.push_back(metrics_exporters());
  add_otlp_settings(all, Signal::kMetrics);
  add_metrics_push(all);
  all.push_back(word_setting<bool>({"exponential_histograms",
                                    {"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"},
                                    "What histograms are, for every reader, /metrics among them"},
                                   &Config::exponential_histograms, histogram_words()));
  all.push_back(word_setting<ExemplarFilter>(
      {"exemplar_filter", {"OTEL_METRICS_EXEMPLAR_FILTER"}, "Which measurements may become exemplars"},
      &Config::exemplar_filter, exemplar_filter_words()));
  all.push_back(count_setting({"metrics_cardinality_limit",
                               {"CONTAINER_KIT_METRICS_CARDINALITY_LIMIT"},
                               "Attribute sets of one metric; further ones are counted together"},
                              &Config::metrics_cardinality_limit, 1));
  all.push_back(duration_setting(
      {"metrics_series_expiry",
       {"CONTAINER_KIT_METRICS_SERIES_EXPIRY"},
       "Series not recorded to for so long disappear, but for those registered in advance. 0: never"},
      &Config::metrics_series_expiry, kNone));
  all.push_back(endpoint("prometheus_endpoint", "OTEL_EXPORTER_PROMETHEUS_ENDPOINT",
                         "The Prometheus server, which doctor asks; never an address to listen on",
                         &Config::prometheus_endpoint));
}

Setting propagators() {
  const auto words = propagator_words();
  Setting setting{
      "propagators",
      {"OTEL_PROPAGATORS"},
      list_words(words) + "; several with commas, none by itself",
      "How contexts travel between processes. Each is written; they are read in this order, and a "
      "later one's span wins"};
  setting.read = [words](std::string_view text, Config& config) {
    bool is_none = false;
    std::vector<PropagationFormat> formats;
    std::string unusable = read_list(words, text, formats, is_none, ListNone::kAlone);
    if (is_none || !formats.empty()) config.propagators = std::move(formats);
    return unusable;
  };
  setting.print = [words](const Config& config) {
    return config.propagators.empty() ? "none" : print_list(words, config.propagators);
  };
  return setting;
}

// The list is of several areas; those that are not HTTP's are not ours to complain of.
Setting http_conventions() {
  Setting setting{"http_conventions",
                  {"OTEL_SEMCONV_STABILITY_OPT_IN"},
                  "http, http/dup; other words are for others",
                  "What HTTP spans and their attributes are called: the guide's names, with http the stable "
                  "conventions', with http/dup both"};
  setting.read = [](std::string_view text, Config& config) {
    config.http_conventions = HttpConventions::kGuide;
    for (const std::string& word : split_list(text)) {
      if (word == "http/dup") config.http_conventions = HttpConventions::kBoth;
      const bool is_said = config.http_conventions != HttpConventions::kGuide;
      if (word == "http" && !is_said) config.http_conventions = HttpConventions::kStable;
    }
    return std::string();
  };
  setting.print = [](const Config& config) -> std::string {
    if (config.http_conventions == HttpConventions::kGuide) return "";
    return config.http_conventions == HttpConventions::kStable ? "http" : "http/dup";
  };
  return setting;
}

std::vector<Setting> make_settings() {
  std::vector<Setting> all;
  add_identity(all);
  add_sampling(all);
  all.push_back(traces_exporters());
  add_otlp_settings(all, Signal::kTraces);
  all.push_back(endpoint("jaeger_endpoint", "OTEL_EXPORTER_JAEGER_ENDPOINT",
                         "A Jaeger collector: http://HOST:14268/api/traces", &Config::jaeger_endpoint));
  all.push_back(endpoint("zipkin_endpoint", "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
                         "Zipkin: http://HOST:9411/api/v2/spans", &Config::zipkin_endpoint));
  add_export(all);
  add_limits(all);
  all.push_back(span_leak_after());
  all.push_back(naming_lint());
  add_storage(all);
  add_metrics(all);
  all.push_back(propagators());
  all.push_back(http_conventions());
  add_privacy_settings(all);
  all.push_back(word_setting<LogLevel>({"log_level",
                                        {"OTEL_LOG_LEVEL", "CONTAINER_KIT_LOG_LEVEL"},
                                        "How much the library says of itself, on stderr"},
                                       &Config::log_level, log_level_words()));
  return all;
}

}  // namespace

// Without the lock of a local static, which a child forked meanwhile would find held for ever.
const std::vector<Setting>& settings() {
  static constinit std::atomic<const std::vector<Setting>*> made{nullptr};
  const std::vector<Setting>* all = made.load(std::memory_order_acquire);
  if (all != nullptr) return *all;
  auto mine = std::make_unique<const std::vector<Setting>>(make_settings());
  if (made.compare_exchange_strong(all, mine.get(), std::memory_order_acq_rel)) return *mine.release();
  return *all;
}

}  // namespace container_kit::telemetry::config
