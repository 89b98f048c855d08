// Metrics that a Manager pushes arrive as the official schema has them.
#include "manager/metrics_outputs.h"

#include <fstream>

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

#include "metrics/scrape_reader.h"
#include "opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "support/http2_receiver.h"
#include "support/json_ids.h"
#include "support/loopback_receiver.h"
#include "support/memory_folder.h"

namespace container_kit::telemetry {
namespace {

namespace schema = opentelemetry::proto::metrics::v1;
using Request = opentelemetry::proto::collector::metrics::v1::ExportMetricsServiceRequest;
using std::chrono::milliseconds;
using test::LoopbackReceiver;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{20};

class MetricsOutputsTest : public ::testing::Test {
 protected:
  Config config() {
    Config config;
    config.service_name = "metrics-outputs-test";
    config.traces_to_nowhere = true;
    config.flight_dir = folder_.path();
    config.spool_dir = folder_.path() + "/spool";
    config.metric_export_interval = std::chrono::hours(1);
    config.log_level = LogLevel::kNone;
    return config;
  }
  Manager& start(Config config) {
    manager_.emplace(std::move(config));
    const auto ready = manager_->initialize();
    EXPECT_TRUE(ready) << ready.error().message;
    return *manager_;
  }

  test::MemoryFolder folder_;
  std::optional<Manager> manager_;
};

const schema::Metric* find(const Request& request, const std::string& name) {
  for (const auto& scope : request.resource_metrics(0).scope_metrics()) {
    for (const auto& metric : scope.metrics()) {
      if (metric.name() == name) return &metric;
    }
  }
  return nullptr;
}

std::string attribute(
    const google::protobuf::RepeatedPtrField<opentelemetry::proto::common::v1::KeyValue>& all,
    const std::string& key) {
  for (const auto& one : all) {
    if (one.key() == key) return one.value().string_value();
  }
  return {};
}

void expect_two_calls(const Request& request) {
  EXPECT_EQ(attribute(request.resource_metrics(0).resource().attributes(), "service.name"),
            "metrics-outputs-test");
  const schema::Metric* const total = find(request, "tool_execution_total");
  ASSERT_NE(total, nullptr);
  EXPECT_EQ(total->sum().data_points(0).as_int(), 2);
  const schema::Metric* const duration = find(request, "tool_execution_duration_seconds");
  ASSERT_NE(duration, nullptr);
  EXPECT_EQ(duration->histogram().data_points(0).count(), 2U);
  EXPECT_NE(find(request, "process_start_time_seconds"), nullptr);
}

TEST_F(MetricsOutputsTest, ProtobufArrivesWithExemplarsOfTheirTraces) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  Config config = this->config();
  config.otlp_metrics.endpoint = receiver.url();
  Manager& manager = start(std::move(config));
  std::string trace_id;
  manager.instrument_tool_execution("analyze", [&] { trace_id = Manager::trace_id(); });
  manager.instrument_tool_execution("analyze", [&] { trace_id += Manager::trace_id(); });
  ASSERT_TRUE(manager.force_flush(kPatience));
  ASSERT_EQ(receiver.requests().size(), 1U);
  EXPECT_THAT(receiver.heads().front(), HasSubstr("Content-Type: application/x-protobuf\r\n"));
  Request request;
  ASSERT_TRUE(request.ParseFromString(receiver.requests().front()));
  expect_two_calls(request);
  const auto& point = find(request, "tool_execution_total")->sum().data_points(0);
  ASSERT_GT(point.exemplars_size(), 0);
  TraceId id;
  std::copy_n(point.exemplars(0).trace_id().begin(), id.bytes.size(), id.bytes.begin());
  EXPECT_THAT(trace_id, HasSubstr(id.to_hex()));
  EXPECT_TRUE(manager.shutdown(kPatience));
  EXPECT_EQ(receiver.requests().size(), 2U);  // the last collection
}

template <typename Message>
Message read(const LoopbackReceiver& receiver, OtlpProtocol protocol) {
  Message message;
  const std::vector<std::string> bodies = receiver.requests();
  EXPECT_EQ(bodies.size(), 1U);
  if (bodies.empty()) return message;
  if (protocol == OtlpProtocol::kHttpJson) {
    const std::string json = test::with_ids_in_base64(bodies[0]);
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &message).ok()) << json;
  } else {
    EXPECT_TRUE(message.ParseFromString(bodies[0]));
  }
  return message;
}

TEST_F(MetricsOutputsTest, TheResourcesSchemaGoesWithSpansAndMetrics) {
  using Traces = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
  for (const OtlpProtocol protocol : {OtlpProtocol::kHttpProtobuf, OtlpProtocol::kHttpJson}) {
    LoopbackReceiver traces(LoopbackReceiver::Manner::kAnswers);
    LoopbackReceiver metrics(LoopbackReceiver::Manner::kAnswers);
    Config config = this->config();
    config.traces_to_nowhere = false;
    config.resource_schema_url = "https://opentelemetry.io/schemas/1.38.0";
    config.otlp_traces.endpoint = traces.url();
    config.otlp_metrics.endpoint = metrics.url();
    config.otlp_traces.protocol = config.otlp_metrics.protocol = protocol;
    const std::string url = config.resource_schema_url;
    start(std::move(config)).instrument_operation("work", [] {});
    ASSERT_TRUE(manager_->shutdown(kPatience));
    EXPECT_EQ(read<Traces>(traces, protocol).resource_spans(0).schema_url(), url);
    EXPECT_EQ(read<Request>(metrics, protocol).resource_metrics(0).schema_url(), url);
  }
}

TEST_F(MetricsOutputsTest, JsonArrivesAndSaysTheSame) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  Config config = this->config();
  config.otlp_metrics.endpoint = receiver.url();
  config.otlp_metrics.protocol = OtlpProtocol::kHttpJson;
  Manager& manager = start(std::move(config));
  for (int i = 0; i < 2; ++i) manager.instrument_tool_execution("analyze", [] {});
  ASSERT_TRUE(manager.force_flush(kPatience));
  EXPECT_THAT(receiver.heads().front(), HasSubstr("Content-Type: application/json\r\n"));
  Request request;
  const std::string json = receiver.requests().front();
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(test::with_ids_in_base64(json), &request).ok());
  expect_two_calls(request);
  EXPECT_THAT(json, ::testing::ContainsRegex("\"traceId\":\"[0-9a-f]{32}\""));
}

TEST_F(MetricsOutputsTest, WhatAReceiverOfJsonRejectsIsCounted) {
  const std::string body = R"({"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"no"}})";
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  receiver.answer_with("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                       body);
  Config config = this->config();
  config.otlp_metrics.endpoint = receiver.url();
  config.otlp_metrics.protocol = OtlpProtocol::kHttpJson;
  Manager& manager = start(std::move(config));
  ASSERT_TRUE(manager.force_flush(kPatience));
  const Health health = manager.health();
  EXPECT_EQ(health.exporters.at(0).rejected_spans, 2U);
  EXPECT_EQ(health.exporters.at(0).component, "otlp_http_json_metric_exporter/0");
}

TEST_F(MetricsOutputsTest, GrpcCallsTheMetricsServiceWithTheSame) {
  test::Http2Receiver receiver;
  Config config = this->config();
  config.otlp_metrics.endpoint = receiver.url();
  config.otlp_metrics.protocol = OtlpProtocol::kGrpc;
  Manager& manager = start(std::move(config));
  for (int i = 0; i < 2; ++i) manager.instrument_tool_execution("analyze", [] {});
  ASSERT_TRUE(manager.force_flush(kPatience));
  ASSERT_EQ(receiver.requests().size(), 1U);
  auto got = receiver.requests().front();
  EXPECT_EQ(got.headers[":path"], "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export");
  constexpr std::size_t kFrameHeader = 5;
  Request request;
  ASSERT_TRUE(request.ParseFromString(got.body.substr(kFrameHeader)));
  expect_two_calls(request);
  EXPECT_EQ(manager.health().exporters.at(0).component, "otlp_grpc_metric_exporter/0");
}

TEST_F(MetricsOutputsTest, AFileGetsALineACollectionBesideThatOfTraces) {
  Config config = this->config();
  const std::string path = folder_.path() + "/otlp.jsonl";
  config.otlp_traces.endpoint = config.otlp_metrics.endpoint = "file://" + path;
  config.traces_to_nowhere = false;
  Manager& manager = start(std::move(config));
  for (int i = 0; i < 2; ++i) manager.instrument_tool_execution("analyze", [] {});
  ASSERT_TRUE(manager.force_flush(kPatience));
  ASSERT_TRUE(manager.shutdown(kPatience));
  std::ifstream file(path + ".metrics");
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    Request request;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(test::with_ids_in_base64(line), &request).ok());
    expect_two_calls(request);
  }
  EXPECT_EQ(lines, 2);
  std::ifstream spans(path);
  std::string line;
  EXPECT_TRUE(std::getline(spans, line));
  EXPECT_THAT(line, HasSubstr("resourceSpans"));
}

TEST_F(MetricsOutputsTest, HealthAndMetricsTellOfTheExporterOfMetrics) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  receiver.answer_with("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x0a\x02\x08\x03");  // three rejected
  Config config = this->config();
  config.otlp_metrics.endpoint = receiver.url();
  Manager& manager = start(std::move(config));
  ASSERT_TRUE(manager.force_flush(kPatience));
  const metrics::Exposition metrics(manager.scrape().body);
  const Health health = manager.health();
  ASSERT_EQ(health.exporters.size(), 1U);
  const ExporterHealth& exporter = health.exporters[0];
  EXPECT_EQ(exporter.signal, "metrics");
  EXPECT_EQ(exporter.component, "otlp_http_metric_exporter/0");
  EXPECT_EQ(exporter.rejected_spans, 3U);
  EXPECT_GT(exporter.exported_spans, 10U);
  EXPECT_EQ(metrics.sum("otel_sdk_exporter_metric_data_point_exported_total"),
            exporter.exported_spans + exporter.rejected_spans);
  EXPECT_EQ(metrics.sum("otel_sdk_exporter_metric_data_point_inflight"), 0);
  EXPECT_EQ(metrics.count("otel_sdk_exporter_span_exported_total"), 0U);
  EXPECT_THAT(health.to_json(), HasSubstr(R"("dropped_data_points":{"rejected":3)"));
}

TEST_F(MetricsOutputsTest, MetricsGoOutWithoutTracingToo) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  Config config = this->config();
  config.tracing_enabled = false;
  config.otlp_metrics.endpoint = receiver.url();
  start(std::move(config));
  ASSERT_TRUE(manager_->shutdown(kPatience));
  EXPECT_EQ(receiver.requests().size(), 1U);
}

TEST_F(MetricsOutputsTest, DeadlinesHoldWhereTheReceiverNeverAnswers) {
  const LoopbackReceiver receiver(LoopbackReceiver::Manner::kNeverAnswers);
  Config config = this->config();
  config.otlp_metrics.endpoint = receiver.url();
  config.spool_enabled = false;
  Manager& manager = start(std::move(config));
  const auto begun = std::chrono::steady_clock::now();
  const auto flushed = manager.force_flush(milliseconds(50));
  ASSERT_FALSE(flushed);
  EXPECT_THAT(flushed.error().message, HasSubstr("metric"));
  EXPECT_FALSE(manager.shutdown(milliseconds(50)));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, kPatience);
}

}  // namespace
}  // namespace container_kit::telemetry
