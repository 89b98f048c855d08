#include "config/endpoint.h"

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

struct WrongPort {
  std::string_view port;
  std::string_view why;
};

constexpr std::array<WrongPort, 4> kWrongPorts{{
    {"4317", "4317 is OTLP/gRPC's port; OTLP over HTTP is on 4318"},
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

std::string reason(const Url& url) {
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
  for (const WrongPort& wrong : kWrongPorts) {
    if (url.port == wrong.port) return std::string(wrong.why);
  }
  return {};
}

}  // namespace

TracesExporter exporter_at(std::string_view url) {
  const Url parts = parse(url);
  if (parts.scheme == "file") return TracesExporter::kOtlpFile;
  if (ends_with_path(parts.path, "/api/traces")) return TracesExporter::kJaeger;
  if (ends_with_path(parts.path, "/api/v2/spans")) return TracesExporter::kZipkin;
  return TracesExporter::kOtlp;
}

std::string traces_url(const std::string& endpoint) {
  if (exporter_at(endpoint) != TracesExporter::kOtlp) return endpoint;
  return endpoint + (endpoint.ends_with('/') ? "v1/traces" : "/v1/traces");
}

std::string endpoint_fault(std::string_view variable, std::string_view url) {
  if (url.empty()) return {};
  const std::string why = reason(parse(url));
  if (why.empty()) return {};
  return std::string(variable) + ": \"" + std::string(url) + "\"; " + why;
}

}  // namespace container_kit::telemetry::config
