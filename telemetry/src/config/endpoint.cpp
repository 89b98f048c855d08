#include "config/endpoint.h"

#include <algorithm>
#include <array>

namespace container_kit::telemetry::config {
namespace {

struct Url {
  std::string_view scheme;
  std::string_view host;
  std::string_view port;  // empty: the scheme's
  std::string_view path;
};

Url parse(std::string_view text) {
  Url url;
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return url;
  url.scheme = text.substr(0, scheme);
  text.remove_prefix(scheme + 3);
  const std::size_t path = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, path);
  url.path = text.substr(path);
  url.path = url.path.substr(0, url.path.find_first_of("?#"));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  const std::size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  url.host = authority.substr(0, has_port ? colon : authority.size());
  if (has_port) url.port = authority.substr(colon + 1);
  return url;
}

bool ends_with_path(std::string_view path, std::string_view end) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.ends_with(end);
}

constexpr std::string_view kGrpcPort = "4317";
constexpr std::string_view kHttpPort = "4318";

struct WrongPort {
  std::string_view port;
  std::string_view why;
};

constexpr WrongPort kNotForGrpc{
    kHttpPort,
    "4318 is the port of OTLP over HTTP; OTLP/gRPC, which OTEL_EXPORTER_OTLP_PROTOCOL asks for, is on 4317"};

// For everything that goes over HTTP.
constexpr std::array<WrongPort, 4> kWrongPorts{{
    {kGrpcPort,
     "4317 is OTLP/gRPC's port; OTLP over HTTP is on 4318, and OTEL_EXPORTER_OTLP_PROTOCOL=grpc asks for "
     "gRPC"},
    {"14250", "14250 is Jaeger's gRPC port; its collector takes spans at http://HOST:14268/api/traces"},
    {"6831",
     "6831 is the UDP port of Jaeger's agent; its collector takes spans at http://HOST:14268/api/traces"},
    {"6832",
     "6832 is the UDP port of Jaeger's agent; its collector takes spans at http://HOST:14268/api/traces"},
}};

bool is_port(std::string_view text) {
  constexpr std::size_t kLongest = 5;
  if (text.empty() || text.size() > kLongest ||
      text.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  const int number = std::stoi(std::string(text));
  return number > 0 && number <= 0xFFFF;
}

std::string wrong_port(std::string_view port, OtlpProtocol protocol) {
  if (protocol == OtlpProtocol::kGrpc) return std::string(port == kNotForGrpc.port ? kNotForGrpc.why : "");
  const auto* const wrong = std::find_if(kWrongPorts.begin(), kWrongPorts.end(),
                                         [&](const WrongPort& known) { return known.port == port; });
  return wrong != kWrongPorts.end() ? std::string(wrong->why) : "";
}

std::string reason(const Url& url, OtlpProtocol protocol) {
  if (url.scheme == "file") {
    return url.path.size() > 1 && url.host.empty()
               ? ""
               : "a file needs an absolute path, as in file:///var/log/traces";
  }
  if (url.scheme != "http" && url.scheme != "https") {
    return "allowed: a URL that begins with http://, https:// or file:///";
  }
  if (url.host.empty()) return "it names no host";
  if (url.port.data() != nullptr && !is_port(url.port)) return "its port is none; allowed: 1 to 65535";
  return wrong_port(url.port, protocol);
}

}  // namespace

TracesExporter exporter_at(std::string_view url) {
  const Url parts = parse(url);
  if (parts.scheme == "file") return TracesExporter::kOtlpFile;
  if (ends_with_path(parts.path, "/api/traces")) return TracesExporter::kJaeger;
  if (ends_with_path(parts.path, "/api/v2/spans")) return TracesExporter::kZipkin;
  return TracesExporter::kOtlp;
}

std::string signal_url(const std::string& endpoint, Signal signal) {
  const TracesExporter exporter = exporter_at(endpoint);
  if (exporter == TracesExporter::kOtlpFile) return endpoint;
  if (exporter != TracesExporter::kOtlp) return signal == Signal::kTraces ? endpoint : "";
  const std::string path = signal == Signal::kTraces ? "v1/traces" : "v1/metrics";
  return endpoint + (endpoint.ends_with('/') ? "" : "/") + path;
}

std::string grpc_url(const std::string& endpoint, bool insecure) {
  if (endpoint.find("://") != std::string::npos) return endpoint;
  return (insecure ? "http://" : "https://") + endpoint;
}

bool is_grpc_port(std::string_view endpoint) {
  return parse(grpc_url(std::string(endpoint), true)).port == kGrpcPort;
}

std::string endpoint_fault(std::string_view variable, std::string_view url, OtlpProtocol protocol) {
  if (url.empty()) return {};
  const std::string why = reason(parse(url), protocol);
  if (why.empty()) return {};
  return std::string(variable) + ": \"" + without_credentials(std::string(url)) + "\"; " + why;
}

std::string without_credentials(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const std::size_t authority = scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", authority), url.size());
  const std::size_t at = url.rfind('@', end);
  if (at == std::string::npos || at < authority || at > end) return url;
  return url.substr(0, authority) + url.substr(at + 1);
}

}  // namespace container_kit::telemetry::config
