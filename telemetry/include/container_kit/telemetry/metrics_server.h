// MetricsServer: GET /metrics over HTTP or HTTPS, for programs that have no HTTP server of their own.
//
//   auto server = telemetry::MetricsServer::start(
//       telemetry::MetricsServerOptions::from_env(),
//       [&tm](std::string_view accept, std::string_view encoding) { return tm.scrape(accept, encoding); });
//   if (!server) return report(server.error());   // names the address, as where the port is taken
//
// A library target of its own, ContainerKit::metrics_server, because it needs OpenSSL. It takes GET and HEAD
// of /metrics and nothing else, one request a connection. Where a token, a user or a certificate is set, it
// asks for what is set: a bearer token or basic authentication, and TLS 1.2 or later.
//
// Whoever connects cannot cost much: heads are at most 8 KiB, a request and its answer must be done within
// request_timeout, and beyond max_connections the oldest connection that has not sent its request makes room.
//
// Thread safety: every member function from any thread, but for the destructor.
// Ownership: one thread, which calls `scrape`; what that refers to must live until stop() or the destructor
// has returned.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/expected.h>
#include <container_kit/telemetry/prometheus.h>

namespace container_kit::telemetry {

struct MetricsServerOptions {
  std::string host = "localhost";  // OTEL_EXPORTER_PROMETHEUS_HOST; 0.0.0.0 is every interface
  std::uint16_t port = 9464;       // OTEL_EXPORTER_PROMETHEUS_PORT; 0: any that is free
  std::string token = {};          // CONTAINER_KIT_METRICS_TOKEN; Authorization: Bearer TOKEN
  std::string user = {};           // CONTAINER_KIT_METRICS_USER, _PASSWORD; Authorization: Basic …
  std::string password = {};
  // Files in PEM; both or neither. The certificate's file may hold the chain.
  std::string certificate = {};  // CONTAINER_KIT_METRICS_CERTIFICATE
  std::string private_key = {};  // CONTAINER_KIT_METRICS_PRIVATE_KEY
  std::size_t max_connections = 64;
  std::chrono::milliseconds request_timeout{5'000};

  // A port that is none is noted in `warnings`, where that is given, and the default kept.
  static MetricsServerOptions from_env(std::vector<std::string>* warnings = nullptr);
};

class MetricsServer {
 public:
  // The answer for the request's Accept and Accept-Encoding headers, empty where it has none. Must not throw.
  using Scrape = std::function<ScrapeAnswer(std::string_view accept, std::string_view accept_encoding)>;

  // Listening when it returns. kInvalidConfig or kSystem: the message names what is wrong with what.
  static Expected<std::unique_ptr<MetricsServer>> start(const MetricsServerOptions& options, Scrape scrape);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  std::uint16_t port() const noexcept;
  // Closes the listener and every connection, and ends the thread. Idempotent.
  void stop() noexcept;

 private:
  class Impl;
  explicit MetricsServer(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace container_kit::telemetry
