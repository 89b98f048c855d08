#include "config/otlp_options.h"

#include <algorithm>

namespace container_kit::telemetry::config {
namespace {

constexpr std::string_view kPrefix = "OTEL_EXPORTER_OTLP_";

// The variable for every signal, and this signal's own, which wins.
struct Names {
  std::string general;
  std::string own;
};

Names names_of(Signal signal, std::string_view option) {
  const std::string prefix(kPrefix);
  const char* const name = signal == Signal::kTraces ? "TRACES_" : "METRICS_";
  return {prefix + std::string(option), prefix + name + std::string(option)};
}

template <typename Read>
void read_both(const Names& names, Read read) {
  read(names.general.c_str());
  read(names.own.c_str());
}

// True where the protocol was said.
bool read_protocol(Environment& env, const Names& names, OtlpProtocol& target) {
  bool said = false;
  read_both(names, [&](const char* name) {
    const std::string value = env.get(name);
    if (value.empty()) return;
    if (value == "grpc" || value == "http/protobuf" || value == "http/json") {
      said = true;
      target = value == "grpc"        ? OtlpProtocol::kGrpc
               : value == "http/json" ? OtlpProtocol::kHttpJson
                                      : OtlpProtocol::kHttpProtobuf;
    } else {
      env.complain(name, value, "grpc, http/protobuf, http/json");
    }
  });
  return said;
}

void read_compression(Environment& env, const Names& names, OtlpCompression& target) {
  read_both(names, [&](const char* name) {
    const std::string value = env.get(name);
    if (value.empty()) return;
    if (value == "gzip" || value == "zstd" || value == "none") {
      target = value == "gzip"   ? OtlpCompression::kGzip
               : value == "zstd" ? OtlpCompression::kZstd
                                 : OtlpCompression::kNone;
    } else {
      env.complain(name, value, "gzip, zstd, none");
    }
  });
}

void read_headers(Environment& env, const Names& names, std::map<std::string, std::string>& target) {
  read_both(names, [&](const char* name) {
    const auto pairs = parse_pairs(env.get(name));
    const bool usable = pairs && std::all_of(pairs->begin(), pairs->end(), [](const auto& pair) {
                          return is_header(pair.first, pair.second);
                        });
    if (!usable) return env.complain(name, "(hidden)", "name=value,name=value");
    for (const auto& [key, value] : *pairs) target[key] = value;
  });
}

void read_endpoint(Environment& env, Signal signal, bool is_protocol_said, OtlpOptions& options) {
  const Names names = names_of(signal, "ENDPOINT");
  const std::string general = env.get(names.general.c_str());
  const std::string own = env.get(names.own.c_str());
  const std::string& said = own.empty() ? general : own;
  if (said.empty()) return;
  if (!is_protocol_said && is_grpc_port(said)) options.protocol = OtlpProtocol::kGrpc;
  if (options.protocol == OtlpProtocol::kGrpc) {
    bool insecure = false;
    read_both(names_of(signal, "INSECURE"), [&](const char* name) { env.boolean(name, insecure); });
    options.endpoint = grpc_url(said, insecure);
  } else {
    options.endpoint = own.empty() ? signal_url(general, signal) : own;
  }
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

void read_otlp(Environment& env, Signal signal, OtlpOptions& options) {
  const bool is_protocol_said = read_protocol(env, names_of(signal, "PROTOCOL"), options.protocol);
  read_endpoint(env, signal, is_protocol_said, options);
  read_compression(env, names_of(signal, "COMPRESSION"), options.compression);
  read_headers(env, names_of(signal, "HEADERS"), options.headers);
  const auto text = [&](const char* option, std::string& target) {
    read_both(names_of(signal, option), [&](const char* name) { env.text(name, target); });
  };
  text("HEADERS_FILE", options.headers_file);
  text("CERTIFICATE", options.certificate);
  text("CLIENT_CERTIFICATE", options.client_certificate);
  text("CLIENT_KEY", options.client_key);
  read_both(names_of(signal, "TIMEOUT"), [&](const char* name) { env.duration(name, options.timeout); });
}

}  // namespace container_kit::telemetry::config
