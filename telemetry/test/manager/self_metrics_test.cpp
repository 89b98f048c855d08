// What /metrics says of telemetry itself is what /health/telemetry says.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

#include "metrics/scrape_reader.h"
#include "support/loopback_receiver.h"
#include "support/memory_folder.h"

namespace container_kit::telemetry {
namespace {

using metrics::Exposition;
using test::LoopbackReceiver;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{20};

std::string labels_of(const ExporterHealth& exporter, const std::string& error_type = {}) {
  const std::string type = exporter.component.substr(0, exporter.component.find('/'));
  const std::string host = "127.0.0.1:";
  const std::size_t port_at = exporter.endpoint.find(host) + host.size();
  std::string labels = error_type.empty() ? "{" : "{error_type=\"" + error_type + "\",";
  labels += R"(otel_component_name=")" + exporter.component + R"(",otel_component_type=")" + type + R"(",)";
  labels += R"(server_address="127.0.0.1",server_port=")";
  labels += exporter.endpoint.substr(port_at, exporter.endpoint.find('/', port_at) - port_at);
  return labels + "\"}";
}

void expect_equal(const Exposition& metrics, const ExporterHealth& exporter) {
  const auto value = [&](const std::string& name, const std::string& error_type = {}) {
    return metrics.value(name + labels_of(exporter, error_type));
  };
  EXPECT_EQ(value("otel_sdk_exporter_span_exported_total"), exporter.exported_spans);
  EXPECT_EQ(value("otel_sdk_exporter_span_exported_total", "rejected"), exporter.rejected_spans);
  EXPECT_EQ(value("otel_sdk_exporter_span_exported_total", "no_room"), exporter.dropped_for_room);
  EXPECT_EQ(value("otel_sdk_exporter_span_exported_total", "too_old"), exporter.dropped_for_age);
  EXPECT_EQ(value("otel_sdk_exporter_span_inflight"), exporter.queued_spans + exporter.spool_spans);
  EXPECT_EQ(value("container_kit_exporter_spool_usage_bytes"), exporter.spool_bytes);
}

std::string filtered_by(std::string_view action) {
  return R"(container_kit_privacy_filtered_total{container_kit_privacy_action=")" + std::string(action) +
         "\"}";
}

void expect_equal(const Exposition& metrics, const PrivacyHealth& health) {
  if (!health.enabled) return;
  EXPECT_EQ(metrics.value(filtered_by("drop")), health.dropped);
  EXPECT_EQ(metrics.value(filtered_by("mask")), health.masked);
  EXPECT_EQ(metrics.value(filtered_by("hash")), health.hashed);
}

void expect_equal(const Exposition& metrics, const Health& health) {
  const std::string processor =
      R"(otel_component_name="batching_span_processor/0",otel_component_type="batching_span_processor"})";
  EXPECT_EQ(metrics.value("otel_sdk_span_started_total"), health.spans_started);
  EXPECT_EQ(metrics.value("otel_sdk_span_live"), health.spans_live);
  EXPECT_EQ(metrics.value("otel_sdk_processor_span_queue_size{" + processor), health.spans_queued);
  EXPECT_EQ(metrics.value("otel_sdk_processor_span_queue_capacity{" + processor),
            health.queue_capacity_spans);
  EXPECT_EQ(metrics.value("otel_sdk_processor_span_processed_total{" + processor), health.spans_processed);
  EXPECT_EQ(metrics.value("otel_sdk_processor_span_processed_total{error_type=\"queue_full\"," + processor),
            health.spans_without_room);
  EXPECT_EQ(metrics.value("container_kit_queue_usage_bytes"), health.queue_bytes);
  EXPECT_EQ(metrics.value("container_kit_queue_limit_bytes"), health.queue_capacity_bytes);
  expect_equal(metrics, health.privacy);
  for (const ExporterHealth& exporter : health.exporters) expect_equal(metrics, exporter);
}

class SelfMetricsTest : public ::testing::Test {
 protected:
  Manager& start(const std::string& url, Config config = {}) {
    config.service_name = "self-metrics-test";
    config.otlp_traces.endpoint = url;
    config.flight_dir = folder_.path();
    config.spool_dir = folder_.path() + "/spool";
    config.schedule_delay = std::chrono::hours(1);  // only a flush exports
    config.log_level = LogLevel::kNone;
    manager_.emplace(std::move(config));
    EXPECT_TRUE(manager_->initialize());
    return *manager_;
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) manager_->instrument_operation("work", [] {});
  }
  // The same numbers, taken while nothing changes them.
  Health compare() {
    const Exposition metrics(manager_->scrape().body);
    Health health = manager_->health();
    expect_equal(metrics, health);
    return health;
  }
  double operations(const std::string& labels) {
    const Exposition metrics(manager_->scrape().body);
    double count = 0;
    for (const auto& [series, value] : metrics.samples()) {
      if (series.starts_with("otel_sdk_exporter_operation_duration_seconds_count") &&
          series.find(labels) != std::string::npos) {
        count += value;
      }
    }
    return count;
  }

  test::MemoryFolder folder_;
  std::optional<Manager> manager_;
};

TEST_F(SelfMetricsTest, WhatPrivacyRulesChangedIsCountedByWhatTheyDid) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  Config config;
  config.privacy.rules = {{.key = "left.out", .action = PrivacyAction::kDrop},
                          {.key = "covered", .action = PrivacyAction::kMask},
                          {.key = "user", .action = PrivacyAction::kHash}};
  Manager& manager = start(receiver.url(), std::move(config));
  manager.instrument_operation("work", [&] {
    Manager::add_contextual_attributes({{"left.out", 1}, {"covered", "a"}, {"user", "b"}, {"plain", "c"}});
    Manager::add_contextual_attributes({{"covered", "d"}});
  });
  const Health health = compare();
  EXPECT_TRUE(health.privacy.enabled);
  EXPECT_EQ(health.privacy.dropped, 1U);
  EXPECT_EQ(health.privacy.masked, 2U);
  EXPECT_EQ(health.privacy.hashed, 1U);
}

TEST_F(SelfMetricsTest, MetricsAndHealthSayTheSameOfDeliveredAndOpenSpans) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  Manager& manager = start(receiver.url());
  Health health = compare();
  EXPECT_EQ(health.spans_started, 0U);
  EXPECT_GT(health.queue_capacity_spans, 100'000U);
  record(7);
  health = compare();
  EXPECT_EQ(health.spans_queued, 7U);
  EXPECT_GT(health.queue_bytes, 0U);
  ASSERT_TRUE(manager.force_flush(kPatience));
  manager.instrument_operation("open", [&] { health = compare(); });
  EXPECT_EQ(health.spans_started, 8U);
  EXPECT_EQ(health.spans_live, 1U);
  EXPECT_EQ(health.spans_processed, 7U);
  ASSERT_EQ(health.exporters.size(), 1U);
  EXPECT_EQ(health.exporters[0].exported_spans, 7U);
  EXPECT_EQ(health.exporters[0].component, "otlp_http_span_exporter/0");
  EXPECT_EQ(operations("http_response_status_code=\"200\""), 1);
  EXPECT_EQ(operations("error_type"), 0);
  EXPECT_THAT(health.to_json(), HasSubstr(R"("component":"otlp_http_span_exporter/0")"));
}

TEST_F(SelfMetricsTest, PartOfARequestThatIsRefusedCountsAsRejected) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  receiver.answer_with("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x0a\x02\x08\x03");
  Manager& manager = start(receiver.url());
  record(5);
  ASSERT_TRUE(manager.force_flush(kPatience));
  const Health health = compare();
  EXPECT_EQ(health.exporters[0].exported_spans, 2U);
  EXPECT_EQ(health.exporters[0].rejected_spans, 3U);
  EXPECT_EQ(operations("error_type=\"rejected\""), 1);
}

TEST_F(SelfMetricsTest, WhatIsSpooledIsInFlight) {
  Manager& manager = start(test::url_without_receiver());
  record(4);
  ASSERT_TRUE(manager.force_flush(kPatience));
  const Health health = manager.health();
  EXPECT_EQ(health.exporters[0].state, ExporterState::kSpooling);
  EXPECT_EQ(health.exporters[0].spool_spans, 4U);
  EXPECT_GT(health.exporters[0].spool_bytes, 0U);
  EXPECT_NE(health.exporters[0].last_error, "");
  compare();
  EXPECT_EQ(operations("error_type=\"connection\""), 1);
}

TEST_F(SelfMetricsTest, NumbersReadWhileSpansAreRecordedNeverContradictEachOtherConcurrently) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  start(receiver.url());
  std::atomic<bool> stop{false};
  std::thread worker([&] {
    while (!stop) record(100);
  });
  for (int round = 0; round < 50; ++round) {
    const Exposition metrics(manager_->scrape().body);
    const double started = metrics.value("otel_sdk_span_started_total");
    EXPECT_GE(started, metrics.value("otel_sdk_span_live"));
    EXPECT_LE(metrics.sum("otel_sdk_processor_span_processed_total"), started);
  }
  stop = true;
  worker.join();
}

}  // namespace
}  // namespace container_kit::telemetry
