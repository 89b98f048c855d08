#include "config/otlp_options.h"

#include <algorithm>

#include "config/environment.h"
#include "config/settings.h"
#include "config/words.h"

namespace container_kit::telemetry::config {
namespace {

// One signal's settings and where they lie.
struct Place {
  Signal signal;
  OtlpOptions Config::*options;

  // The variable for every signal, and this signal's own, which wins.
  std::vector<std::string> variables(const std::string& option) const {
    const char* const own = signal == Signal::kTraces ? "TRACES_" : "METRICS_";
    return {"OTEL_EXPORTER_OTLP_" + option, "OTEL_EXPORTER_OTLP_" + (own + option)};
  }
  About about(const std::string& name, const std::string& option, std::string description) const {
    const std::string prefix = signal == Signal::kTraces ? "otlp_traces." : "otlp_metrics.";
    return {prefix + name, variables(option), std::move(description)};
  }
};

// What the endpoint is on decides the protocol, where nobody else does.
void read_endpoint(const Place& place, Environment& env, const Setting& self, Config& config) {
  OtlpOptions& options = config.*place.options;
  const std::string general = env.get(self.variables[0].c_str());
  const std::string own = env.get(self.variables[1].c_str());
  const std::string& variable = self.variables[own.empty() ? 0 : 1];
  const std::string& said = own.empty() ? general : own;
  if (said.empty()) return;
  const std::string protocol = self.name.substr(0, self.name.find('.')) + ".protocol";
  if (!config.sources.contains(protocol) && is_grpc_port(said)) {
    options.protocol = OtlpProtocol::kGrpc;
    note_source(*find_setting(protocol), variable, config);
  }
  if (options.protocol == OtlpProtocol::kGrpc) {
    bool insecure = false;
    for (const std::string& name : place.variables("INSECURE")) env.boolean(name.c_str(), insecure);
    options.endpoint = grpc_url(said, insecure);
  } else {
    options.endpoint = own.empty() ? signal_url(general, place.signal) : own;
  }
  note_source(self, variable, config);
}

Setting endpoint(const Place& place) {
  Setting setting = text_setting(
      place.about(
          "endpoint", "ENDPOINT",
          "Over HTTP the full URL, to which the variable for all signals gets v1/traces or v1/metrics "
          "appended; over gRPC http://HOST:PORT or https://HOST:PORT; file:///PATH is a file of "
          "OTLP/JSON. OTEL_EXPORTER_OTLP_INSECURE=true, over it "
          "OTEL_EXPORTER_OTLP_TRACES_INSECURE and OTEL_EXPORTER_OTLP_METRICS_INSECURE: http:// where an "
          "endpoint for gRPC has no scheme"),
      {place.options, &OtlpOptions::endpoint}, "a URL that begins with http://, https:// or file:///");
  setting.from_environment = [place](Environment& env, const Setting& self, Config& config) {
    read_endpoint(place, env, self, config);
  };
  return setting;
}

Setting headers(const Place& place) {
  const Field<std::map<std::string, std::string>> field(place.options, &OtlpOptions::headers);
  Setting setting =
      text_setting(place.about("headers", "HEADERS",
                               "Sent with each request; those of all signals, and this one's over them"),
                   {place.options, &OtlpOptions::headers_file}, "name=value,name=value, percent-encoded");
  setting.is_secret = true;
  setting.read = [field](std::string_view text, Config& config) -> std::string {
    const auto pairs = parse_pairs(text);
    const bool usable = pairs && std::all_of(pairs->begin(), pairs->end(), [](const auto& pair) {
                          return is_header(pair.first, pair.second);
                        });
    if (!usable) return std::string(text);
    for (const auto& [key, value] : *pairs) field.of(config)[key] = value;
    return {};
  };
  setting.print = [field](const Config& config) { return print_pairs(field.of(config)); };
  return setting;
}

Setting path(const Place& place, const char* name, const char* option, const char* description,
             std::string OtlpOptions::*member) {
  return text_setting(place.about(name, option, description), {place.options, member}, "a file's path");
}

}  // namespace

bool is_header(std::string_view name, std::string_view value) {
  constexpr std::string_view kToken =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7F;
  };
  return !name.empty() && name.find_first_not_of(kToken) == std::string_view::npos &&
         std::none_of(value.begin(), value.end(), is_control);
}

std::string default_otlp_endpoint(Signal signal, OtlpProtocol protocol) {
  return protocol == OtlpProtocol::kGrpc ? "http://localhost:4317"
                                         : signal_url("http://localhost:4318", signal);
}

void add_otlp_settings(std::vector<Setting>& all, Signal signal) {
  const Place place{signal, signal == Signal::kTraces ? &Config::otlp_traces : &Config::otlp_metrics};
  all.push_back(word_setting<OtlpProtocol>(
      place.about("protocol", "PROTOCOL", "What is spoken; where it is not said, port 4317 means grpc"),
      {place.options, &OtlpOptions::protocol}, protocol_words()));
  all.push_back(endpoint(place));
  all.push_back(word_setting<OtlpCompression>(place.about("compression", "COMPRESSION", "Of what is sent"),
                                              {place.options, &OtlpOptions::compression},
                                              compression_words()));
  all.push_back(duration_setting(place.about("timeout", "TIMEOUT", "Of one request"),
                                 {place.options, &OtlpOptions::timeout}, std::chrono::milliseconds(0)));
  all.push_back(headers(place));
  all.push_back(path(place, "headers_file", "HEADERS_FILE",
                     "One name=value a line, laid over headers, and read anew when it changes",
                     &OtlpOptions::headers_file));
  all.push_back(path(place, "certificate", "CERTIFICATE",
                     "PEM: whom we trust to have signed the receiver's certificate. Empty: the system's",
                     &OtlpOptions::certificate));
  all.push_back(
      path(place, "client_certificate", "CLIENT_CERTIFICATE", "PEM: ours", &OtlpOptions::client_certificate));
  all.push_back(path(place, "client_key", "CLIENT_KEY", "PEM: its private key", &OtlpOptions::client_key));
}

}  // namespace container_kit::telemetry::config
