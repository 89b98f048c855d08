// What goes out by OTLP, read with the official schema.
#include <csignal>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "support/otlp_receiver.h"
#include "support/running_server.h"

namespace container_kit::tests {
namespace {

namespace proto = opentelemetry::proto;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Spans = std::map<std::string, proto::trace::v1::Span>;

std::string attribute(const google::protobuf::RepeatedPtrField<proto::common::v1::KeyValue>& attributes,
                      const std::string& key) {
  for (const auto& attribute : attributes) {
    if (attribute.key() != key) continue;
    const auto& value = attribute.value();
    return value.has_int_value() ? std::to_string(value.int_value()) : value.string_value();
  }
  return {};
}

struct Received {
  Spans spans;  // by name
  std::string service;
};

Received decode(const OtlpReceiver& receiver) {
  Received received;
  for (const auto& body : receiver.bodies()) {
    proto::collector::trace::v1::ExportTraceServiceRequest request;
    EXPECT_TRUE(request.ParseFromString(body));
    for (const auto& resource : request.resource_spans()) {
      received.service = attribute(resource.resource().attributes(), "service.name");
      for (const auto& scope : resource.scope_spans()) {
        for (const auto& span : scope.spans()) received.spans[span.name()] = span;
      }
    }
  }
  return received;
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

TEST(Otlp, a_request_arrives_as_one_trace_from_the_http_span_to_the_steps) {
  OtlpReceiver receiver;
  {
    RunningServer server(Program::Environment{{"OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()}});
    server.folder().write("main.go", "package main\n");
    const auto answer = server.ask(analyze_call(
        server.root(), "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
    EXPECT_EQ(answer.status, 200);
    server.program().signal(SIGTERM);
    EXPECT_EQ(server.program().wait(), 0);  // what was not sent yet is sent now
  }
  ASSERT_FALSE(receiver.heads().empty());
  EXPECT_THAT(receiver.heads().front(), AllOf(StartsWith("POST /v1/traces HTTP/1.1\r\n"),
                                              HasSubstr("Content-Type: application/x-protobuf\r\n")));

  const auto [spans, service] = decode(receiver);
  EXPECT_EQ(service, "container-kit");
  ASSERT_EQ(spans.count("http.POST /api/tools/execute"), 1U);
  ASSERT_EQ(spans.count("tool.analyze"), 1U);
  ASSERT_EQ(spans.count("analyze.walk"), 1U);
  const auto& http = spans.at("http.POST /api/tools/execute");
  const auto& tool = spans.at("tool.analyze");
  const auto& step = spans.at("analyze.walk");

  EXPECT_EQ(hex(http.trace_id()), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(hex(http.parent_span_id()), "b7ad6b7169203331");
  EXPECT_EQ(http.kind(), proto::trace::v1::Span::SPAN_KIND_SERVER);
  EXPECT_EQ(attribute(http.attributes(), "http.method"), "POST");
  EXPECT_EQ(attribute(http.attributes(), "http.route"), "/api/tools/execute");
  EXPECT_EQ(attribute(http.attributes(), "http.status_code"), "200");

  EXPECT_EQ(tool.trace_id(), http.trace_id());
  EXPECT_EQ(tool.parent_span_id(), http.span_id());
  EXPECT_EQ(attribute(tool.attributes(), "tool.name"), "analyze");
  EXPECT_EQ(step.parent_span_id(), tool.span_id());
  for (const auto& [name, span] : spans) {
    EXPECT_EQ(span.trace_id(), http.trace_id()) << name;
    EXPECT_LE(span.start_time_unix_nano(), span.end_time_unix_nano()) << name;
    EXPECT_GE(span.start_time_unix_nano(), http.start_time_unix_nano()) << name;
    EXPECT_LE(span.end_time_unix_nano(), http.end_time_unix_nano()) << name;
  }
}

TEST(Otlp, metrics_arrive_when_the_server_stops) {
  OtlpReceiver receiver;
  {
    RunningServer server(Program::Environment{{"OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()}});
    EXPECT_EQ(server.ask(analyze_call(server.root())).status, 200);
    server.program().signal(SIGTERM);
    EXPECT_EQ(server.program().wait(), 0);
  }
  ASSERT_FALSE(receiver.metrics().empty());
  proto::collector::metrics::v1::ExportMetricsServiceRequest request;
  ASSERT_TRUE(request.ParseFromString(receiver.metrics().back()));
  EXPECT_EQ(attribute(request.resource_metrics(0).resource().attributes(), "service.name"), "container-kit");
  std::map<std::string, std::int64_t> sums;
  for (const auto& scope : request.resource_metrics(0).scope_metrics()) {
    for (const auto& metric : scope.metrics()) {
      for (const auto& point : metric.sum().data_points()) sums[metric.name()] += point.as_int();
    }
  }
  EXPECT_EQ(sums["tool_execution_total"], 1);
  EXPECT_EQ(sums["tool_errors_total"], 0);
  EXPECT_EQ(sums["http_requests_total"], 1);
}

TEST(Otlp, an_error_of_a_tool_is_on_its_span) {
  OtlpReceiver receiver;
  {
    RunningServer server(Program::Environment{{"OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()}});
    EXPECT_EQ(server.ask(analyze_call("/etc")).status, 403);
    server.program().signal(SIGTERM);
    EXPECT_EQ(server.program().wait(), 0);
  }
  const auto [spans, service] = decode(receiver);
  ASSERT_EQ(spans.count("tool.analyze"), 1U);
  const auto& tool = spans.at("tool.analyze");
  EXPECT_EQ(tool.status().code(), proto::trace::v1::Status::STATUS_CODE_ERROR);
  EXPECT_EQ(attribute(tool.attributes(), "error.type"), "path_not_allowed");
  const auto& http = spans.at("http.POST /api/tools/execute");
  EXPECT_EQ(http.status().code(), proto::trace::v1::Status::STATUS_CODE_UNSET);  // a client's mistake
  EXPECT_EQ(attribute(http.attributes(), "http.status_code"), "403");
}

TEST(Otlp, the_endpoints_urls_decide_what_is_spoken_and_all_of_them_are_served) {
  OtlpReceiver receiver;
  RunningServer server(
      Program::Environment{{"OTEL_EXPORTER_JAEGER_ENDPOINT", receiver.url() + "/api/traces"},
                           {"OTEL_EXPORTER_ZIPKIN_ENDPOINT", receiver.url() + "/api/v2/spans"},
                           {"OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()}});
  EXPECT_EQ(server.ask(analyze_call(server.root())).status, 200);
  server.program().signal(SIGTERM);
  EXPECT_EQ(server.program().wait(), 0);
  std::string heads;
  for (const std::string& head : receiver.heads()) heads += head.substr(0, head.find(" HTTP/1.1")) + "\n";
  EXPECT_THAT(heads, HasSubstr("POST /api/traces\n"));
  EXPECT_THAT(heads, HasSubstr("POST /api/v2/spans\n"));
  EXPECT_THAT(heads, HasSubstr("POST /v1/traces\n"));
}

TEST(Otlp, a_receiver_that_is_away_does_not_keep_the_server_from_stopping) {
  RunningServer server(Program::Environment{{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"},
                                            {"OTEL_BSP_EXPORT_TIMEOUT", "200"}});
  EXPECT_EQ(server.ask(analyze_call(server.root())).status, 200);
  server.program().signal(SIGTERM);
  EXPECT_EQ(server.program().wait(), 0);
}

}  // namespace
}  // namespace container_kit::tests
