#include "exporters.h"

#include <algorithm>

#include "config/endpoint.h"
#include "config/otlp_options.h"
#include "config/setting.h"

namespace container_kit::telemetry::config_file {
namespace {

using config::Signal;

std::string prefix_of(Signal signal) {
  return signal == Signal::kTraces ? "otlp_traces." : "otlp_metrics.";
}

template <typename T>
void add(Reader& reader, const YAML::Node& node, std::vector<T>& exporters, T exporter, const char* setting) {
  if (std::find(exporters.begin(), exporters.end(), exporter) != exporters.end()) {
    return reader.fault(node, "there is one exporter of this kind already; one of each is supported");
  }
  exporters.push_back(exporter);
  config::note_source(*config::find_setting(setting), reader.where(node), reader.config());
}

void add_traces(Reader& reader, const YAML::Node& node, TracesExporter exporter) {
  add(reader, node, reader.config().traces_exporters, exporter, "traces_exporters");
}

void add_metrics(Reader& reader, const YAML::Node& node, MetricsExporter exporter) {
  add(reader, node, reader.config().metrics_exporters, exporter, "metrics_exporters");
}

Reader::Entry unsupported(Reader& reader, const char* key, const char* why) {
  return {key, [&reader, key, why](const YAML::Node& node) {
            reader.fault(node, std::string(key) + ": is not supported; " + why);
          }};
}

// One {name, value} of a list; a null value is no header.
void read_header(Reader& reader, const YAML::Node& node, Signal signal) {
  std::optional<std::string> name;
  std::optional<std::string> value;
  reader.mapping(node, {{"name", [&](const YAML::Node& text) { name = reader.text(text); }},
                        {"value", [&](const YAML::Node& text) { value = reader.text(text); }}});
  if (!name || !value) return;
  if (!config::is_header(*name, *value)) {
    return reader.fault(node, "headers: " + *name + ": HTTP cannot carry this name or value");
  }
  Config& config = reader.config();
  OtlpOptions& options = signal == Signal::kTraces ? config.otlp_traces : config.otlp_metrics;
  options.headers[*name] = *value;
  config::note_source(*config::find_setting(prefix_of(signal) + "headers"), reader.where(node), config);
}

void read_tls(Reader& reader, const YAML::Node& node, Signal signal, bool* insecure) {
  const std::string prefix = prefix_of(signal);
  Reader::Entries entries{reader.entry("ca_file", prefix + "certificate"),
                          reader.entry("key_file", prefix + "client_key"),
                          reader.entry("cert_file", prefix + "client_certificate")};
  if (insecure != nullptr) {
    entries.push_back({"insecure", [&reader, insecure](const YAML::Node& value) {
                         const auto text = reader.text(value);
                         if (text && *text != "true" && *text != "false") {
                           reader.fault(value,
                                        "insecure: \"" + *text + "\" is not usable; allowed: true, false");
                         }
                         *insecure = text == "true";
                       }});
  }
  reader.mapping(node, entries);
}

struct Otlp {
  Signal signal;
  bool is_grpc;
};

void add_aggregation(Reader& reader, Reader::Entries& entries) {
  entries.push_back({"temporality_preference", [&reader](const YAML::Node& value) {
                       const auto text = reader.text(value);
                       if (!text) return;
                       reader.set_to(value, "otlp_metrics_temporality",
                                     *text == "low_memory" ? std::string("lowmemory") : *text);
                     }});
  entries.push_back(reader.entry("default_histogram_aggregation", "exponential_histograms"));
}

void read_encoding(Reader& reader, const YAML::Node& node, const std::string& setting) {
  const auto text = reader.text(node);
  if (!text) return;
  if (*text != "protobuf" && *text != "json") {
    return reader.fault(node, "encoding: \"" + *text + "\" is not usable; allowed: protobuf, json");
  }
  reader.set_to(node, setting, "http/" + *text);
}

void read_otlp(Reader& reader, const YAML::Node& node, Otlp otlp) {
  const std::string prefix = prefix_of(otlp.signal);
  const std::string protocol = prefix + "protocol";
  std::optional<std::string> endpoint;
  YAML::Node endpoint_node = node;
  YAML::Node headers;  // after the list, which is weaker
  bool insecure = false;
  Reader::Entries entries{{"endpoint",
                           [&](const YAML::Node& value) {
                             endpoint = reader.text(value);
                             endpoint_node.reset(value);
                           }},
                          {"tls",
                           [&](const YAML::Node& value) {
                             read_tls(reader, value, otlp.signal, otlp.is_grpc ? &insecure : nullptr);
                           }},
                          {"headers", [&](const YAML::Node& value) { headers.reset(value); }},
                          reader.entry("headers_list", prefix + "headers"),
                          reader.entry("compression", prefix + "compression"),
                          reader.entry("timeout", prefix + "timeout")};
  std::string spoken = otlp.is_grpc ? "grpc" : "http/protobuf";
  if (!otlp.is_grpc) {
    entries.push_back({"encoding", [&](const YAML::Node& value) {
                         read_encoding(reader, value, protocol);
                         spoken.clear();
                       }});
  }
  if (otlp.signal == Signal::kMetrics) add_aggregation(reader, entries);
  reader.mapping(node, entries);
  reader.list(headers, [&](const YAML::Node& item) { read_header(reader, item, otlp.signal); });
  if (!spoken.empty()) reader.set_to(node, protocol, spoken);
  const OtlpProtocol by_default = otlp.is_grpc ? OtlpProtocol::kGrpc : OtlpProtocol::kHttpProtobuf;
  std::string url = endpoint ? *endpoint : config::default_otlp_endpoint(otlp.signal, by_default);
  if (otlp.is_grpc) url = config::grpc_url(url, insecure);
  reader.set_to(endpoint_node, prefix + "endpoint", url);
}

void read_otlp_file(Reader& reader, const YAML::Node& node, Signal signal) {
  std::optional<std::string> stream;
  Reader::Entries entries{{"output_stream", [&](const YAML::Node& value) { stream = reader.text(value); }}};
  if (signal == Signal::kMetrics) add_aggregation(reader, entries);
  reader.mapping(node, entries);
  if (!stream || !stream->starts_with("file:///")) {
    return reader.fault(
        node, "output_stream: \"" + stream.value_or("stdout") + "\" is not usable; allowed: file:///PATH");
  }
  reader.set_to(node, prefix_of(signal) + "endpoint", *stream);
}

void read_zipkin(Reader& reader, const YAML::Node& node) {
  Config& config = reader.config();
  config.zipkin_endpoint = "http://localhost:9411/api/v2/spans";
  config::note_source(*config::find_setting("zipkin_endpoint"), "default of zipkin", config);
  reader.mapping(
      node, {reader.entry("endpoint", "zipkin_endpoint"), reader.entry("timeout", "otlp_traces.timeout")});
  add_traces(reader, node, TracesExporter::kZipkin);
}

void read_span_exporter(Reader& reader, const YAML::Node& node) {
  const auto otlp = [&](bool is_grpc) {
    return [&reader, is_grpc](const YAML::Node& value) {
      add_traces(reader, value, TracesExporter::kOtlp);
      read_otlp(reader, value, {Signal::kTraces, is_grpc});
    };
  };
  reader.one_of(node, {{"otlp_http", otlp(false)},
                       {"otlp_grpc", otlp(true)},
                       {"otlp_file/development",
                        [&](const YAML::Node& value) {
                          add_traces(reader, value, TracesExporter::kOtlpFile);
                          read_otlp_file(reader, value, Signal::kTraces);
                        }},
                       {"console",
                        [&](const YAML::Node& value) {
                          reader.mapping(value, {});
                          add_traces(reader, value, TracesExporter::kConsole);
                        }},
                       {"zipkin", [&](const YAML::Node& value) { read_zipkin(reader, value); }}});
}

void read_processor(Reader& reader, const YAML::Node& node) {
  const Reader::Entry exporter{"exporter",
                               [&](const YAML::Node& value) { read_span_exporter(reader, value); }};
  reader.one_of(node, {{"batch",
                        [&](const YAML::Node& value) {
                          reader.mapping(
                              value,
                              {reader.entry("schedule_delay", "schedule_delay"),
                               reader.entry("export_timeout", "export_timeout"),
                               reader.entry("max_queue_size", "max_queue_size"),
                               reader.entry("max_export_batch_size", "max_export_batch_size"), exporter});
                        }},
                       {"simple", [&](const YAML::Node& value) {
                          reader.warn(value, "simple: spans are exported in batches all the same");
                          reader.mapping(value, {exporter});
                        }}});
}

// The sampler below `parent_based`, or one that asks no parent.
void read_root_sampler(Reader& reader, const YAML::Node& node, bool is_parent_based) {
  const auto choose = [&](const YAML::Node& value, const char* sampler, const std::string& rate) {
    if (!is_parent_based) reader.set_to(value, "traces_sampler", sampler);
    reader.set_to(value, "trace_sample_rate", rate);
  };
  const auto ratio = [&](const YAML::Node& value) {
    std::optional<std::string> rate;
    reader.mapping(value, {{"ratio", [&](const YAML::Node& text) { rate = reader.text(text); }}});
    choose(value, "traceidratio", rate.value_or("1"));
  };
  Reader::Entries entries{{"always_on", [&](const YAML::Node& value) { choose(value, "always_on", "1"); }},
                          {"always_off", [&](const YAML::Node& value) { choose(value, "always_off", "0"); }},
                          {"trace_id_ratio_based", ratio},
                          {"probability/development", ratio}};
  if (!is_parent_based) {
    entries.push_back(
        {"parent_based", [&](const YAML::Node& value) {
           const auto fixed = [&](const char* key, const char* only) {
             return Reader::Entry{key, [&reader, only](const YAML::Node& sampler) {
                                    reader.one_of(sampler, {{only, [](const YAML::Node&) {}}});
                                  }};
           };
           reader.mapping(value,
                          {{"root", [&](const YAML::Node& root) { read_root_sampler(reader, root, true); }},
                           fixed("remote_parent_sampled", "always_on"),
                           fixed("remote_parent_not_sampled", "always_off"),
                           fixed("local_parent_sampled", "always_on"),
                           fixed("local_parent_not_sampled", "always_off")});
         }});
  }
  reader.one_of(node, entries);
}

void read_metric_exporter(Reader& reader, const YAML::Node& node) {
  const auto otlp = [&](bool is_grpc) {
    return [&reader, is_grpc](const YAML::Node& value) {
      add_metrics(reader, value, MetricsExporter::kOtlp);
      read_otlp(reader, value, {Signal::kMetrics, is_grpc});
    };
  };
  reader.one_of(node, {{"otlp_http", otlp(false)},
                       {"otlp_grpc", otlp(true)},
                       {"otlp_file/development",
                        [&](const YAML::Node& value) {
                          add_metrics(reader, value, MetricsExporter::kOtlp);
                          read_otlp_file(reader, value, Signal::kMetrics);
                        }},
                       {"console", [&](const YAML::Node& value) {
                          Reader::Entries entries;
                          add_aggregation(reader, entries);
                          reader.mapping(value, entries);
                          add_metrics(reader, value, MetricsExporter::kConsole);
                        }}});
}

Reader::Entry cardinality(Reader& reader) {
  return {"cardinality_limits", [&reader](const YAML::Node& node) {
            reader.mapping(node, {reader.entry("default", "metrics_cardinality_limit")});
          }};
}

void read_periodic(Reader& reader, const YAML::Node& node) {
  const bool to_console = node.IsMap() && node["exporter"].IsDefined() && node["exporter"].IsMap() &&
                          node["exporter"]["console"].IsDefined();
  reader.mapping(node, {reader.entry("interval", to_console ? "metrics_interval" : "metric_export_interval"),
                        reader.entry("timeout", "metric_export_timeout"),
                        cardinality(reader),
                        {"exporter", [&](const YAML::Node& value) { read_metric_exporter(reader, value); }}});
}

void read_prometheus(Reader& reader, const YAML::Node& node) {
  const auto ignored = [&](const char* key) {
    return Reader::Entry{key, [&reader, key](const YAML::Node& value) {
                           reader.warn(value,
                                       std::string(key) +
                                           ": is not used; who serves /metrics says where it listens: "
                                           "OTEL_EXPORTER_PROMETHEUS_HOST, OTEL_EXPORTER_PROMETHEUS_PORT");
                         }};
  };
  reader.mapping(node, {ignored("host"), ignored("port")});
  add_metrics(reader, node, MetricsExporter::kPrometheus);
}

void read_reader(Reader& reader, const YAML::Node& node) {
  const auto pull = [&](const YAML::Node& value) {
    reader.mapping(value, {cardinality(reader),
                           {"exporter", [&](const YAML::Node& exporter) {
                              reader.one_of(exporter,
                                            {{"prometheus/development", [&](const YAML::Node& prometheus) {
                                                read_prometheus(reader, prometheus);
                                              }}});
                            }}});
  };
  reader.one_of(
      node, {{"periodic", [&](const YAML::Node& value) { read_periodic(reader, value); }}, {"pull", pull}});
}

}  // namespace

void read_tracer_provider(Reader& reader, const YAML::Node& node) {
  const auto limits = [&](const YAML::Node& value) {
    Reader::Entries entries;
    for (const char* name :
         {"attribute_value_length_limit", "attribute_count_limit", "event_count_limit", "link_count_limit",
          "event_attribute_count_limit", "link_attribute_count_limit"}) {
      entries.push_back(reader.entry(name, name));
    }
    reader.mapping(value, entries);
  };
  reader.mapping(node,
                 {{"processors",
                   [&](const YAML::Node& value) {
                     reader.config().traces_exporters.clear();
                     reader.list(value, [&](const YAML::Node& item) { read_processor(reader, item); });
                   }},
                  {"limits", limits},
                  {"sampler", [&](const YAML::Node& value) { read_root_sampler(reader, value, false); }},
                  unsupported(reader, "tracer_configurator/development", "leave it out")});
}

void read_meter_provider(Reader& reader, const YAML::Node& node) {
  reader.mapping(node, {{"readers",
                         [&](const YAML::Node& value) {
                           reader.config().metrics_exporters.clear();
                           reader.list(value, [&](const YAML::Node& item) { read_reader(reader, item); });
                         }},
                        reader.entry("exemplar_filter", "exemplar_filter"),
                        unsupported(reader, "views", "views are added in code"),
                        unsupported(reader, "meter_configurator/development", "leave it out")});
}

}  // namespace container_kit::telemetry::config_file
