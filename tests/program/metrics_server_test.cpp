// Debian's Prometheus scrapes the stand-alone listener, and must show a token for it.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include <container_kit/telemetry/metrics_server.h>

#include "support/prometheus_server.h"

namespace container_kit::tests {
namespace {

using std::chrono::milliseconds;

// Whether the query gives that value within half a minute.
bool becomes(const PrometheusServer& prometheus, const std::string& query, double value) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < deadline) {
    const auto series = prometheus.query(query);
    if (!series.empty() && series.front().value() == value) return true;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return false;
}

TEST(MetricsServer, prometheus_scrapes_it_with_the_right_token_only) {
  if (!PrometheusServer::is_installed()) GTEST_SKIP() << "prometheus is not installed";
  telemetry::MeterProvider provider;
  provider.meter("test").counter<std::int64_t>("answers").add(42);
  telemetry::PrometheusScraper scraper(provider);
  telemetry::MetricsServerOptions options;
  options.host = "127.0.0.1";
  options.port = 0;
  options.token = "a-token-of-the-test";
  auto server = telemetry::MetricsServer::start(
      options,
      [&](std::string_view accept, std::string_view encoding) { return scraper.answer(accept, encoding); });
  ASSERT_TRUE(server) << server.error().message;
  {
    const PrometheusServer prometheus((*server)->port(), options.token);
    EXPECT_TRUE(becomes(prometheus, "answers_total", 42));
    EXPECT_TRUE(becomes(prometheus, "up", 1));
  }
  const PrometheusServer stranger((*server)->port(), "another-token");
  EXPECT_TRUE(becomes(stranger, "up", 0));
  EXPECT_TRUE(stranger.query("answers_total").empty());
}

}  // namespace
}  // namespace container_kit::tests
