#include "config/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::telemetry::config {
namespace {

using ::testing::HasSubstr;

TEST(Endpoint, the_url_decides_what_is_spoken) {
  EXPECT_EQ(exporter_at("http://jaeger:14268/api/traces"), TracesExporter::kJaeger);
  EXPECT_EQ(exporter_at("https://host/prefix/api/traces?format=jaeger.thrift"), TracesExporter::kJaeger);
  EXPECT_EQ(exporter_at("http://zipkin:9411/api/v2/spans"), TracesExporter::kZipkin);
  EXPECT_EQ(exporter_at("http://collector:4318/v1/traces"), TracesExporter::kOtlp);
  EXPECT_EQ(exporter_at("http://collector:4318"), TracesExporter::kOtlp);
  EXPECT_EQ(exporter_at("file:///var/log/traces.json"), TracesExporter::kOtlpFile);
}

TEST(Endpoint, v1_traces_is_appended_to_otlps_alone) {
  EXPECT_EQ(signal_url("http://h:4318", Signal::kTraces), "http://h:4318/v1/traces");
  EXPECT_EQ(signal_url("http://h:4318/x/", Signal::kTraces), "http://h:4318/x/v1/traces");
  EXPECT_EQ(signal_url("http://jaeger:14268/api/traces", Signal::kTraces), "http://jaeger:14268/api/traces");
  EXPECT_EQ(signal_url("file:///tmp/traces", Signal::kTraces), "file:///tmp/traces");
}

TEST(Endpoint, what_is_right_has_no_fault) {
  for (const char* url : {"", "http://h", "https://h:4318/v1/traces", "http://[::1]:4318", "http://[::1]",
                          "http://u:p@h:1/x", "file:///var/log/traces"}) {
    EXPECT_EQ(endpoint_fault("V", url), "") << url;
  }
}

TEST(Endpoint, a_fault_names_the_variable_and_what_is_allowed) {
  EXPECT_THAT(endpoint_fault("OTEL_EXPORTER_OTLP_ENDPOINT", "jaeger:4318"),
              HasSubstr("OTEL_EXPORTER_OTLP_ENDPOINT"));
  EXPECT_THAT(endpoint_fault("V", "jaeger:4318"), HasSubstr("http://"));
  EXPECT_THAT(endpoint_fault("V", "ftp://h/x"), HasSubstr("http://"));
  EXPECT_THAT(endpoint_fault("V", "http://h:4317"), HasSubstr("4318"));
  EXPECT_THAT(endpoint_fault("V", "http://h:6831"), HasSubstr("14268"));
  EXPECT_THAT(endpoint_fault("V", "http://h:0"), HasSubstr("1 to 65535"));
  EXPECT_THAT(endpoint_fault("V", "http://h:"), HasSubstr("1 to 65535"));
  EXPECT_THAT(endpoint_fault("V", "http://:4318"), HasSubstr("host"));
  EXPECT_THAT(endpoint_fault("V", "file://relative"), HasSubstr("absolute"));
}

TEST(Endpoint, metrics_have_a_path_of_their_own) {
  EXPECT_EQ(signal_url("http://h:4318", Signal::kMetrics), "http://h:4318/v1/metrics");
  EXPECT_EQ(signal_url("file:///tmp/metrics", Signal::kMetrics), "file:///tmp/metrics");
  EXPECT_EQ(signal_url("http://jaeger:14268/api/traces", Signal::kMetrics), "");
}

TEST(Endpoint, grpc_takes_a_host_without_a_scheme) {
  EXPECT_EQ(grpc_url("h:4317", false), "https://h:4317");
  EXPECT_EQ(grpc_url("h:4317", true), "http://h:4317");
  EXPECT_EQ(grpc_url("https://h:4317", true), "https://h:4317");
}

TEST(Endpoint, the_port_must_fit_the_protocol) {
  EXPECT_TRUE(is_grpc_port("http://h:4317") && is_grpc_port("h:4317/x"));
  EXPECT_FALSE(is_grpc_port("http://h:4318") || is_grpc_port("http://h/4317"));
  EXPECT_EQ(endpoint_fault("V", "http://h:4317", OtlpProtocol::kGrpc), "");
  EXPECT_THAT(endpoint_fault("V", "http://h:4318", OtlpProtocol::kGrpc), HasSubstr("4317"));
  EXPECT_THAT(endpoint_fault("V", "http://h:4317"), HasSubstr("OTEL_EXPORTER_OTLP_PROTOCOL"));
}

TEST(Endpoint, hides_credentials) {
  EXPECT_EQ(without_credentials("http://user:secret@host:1/path"), "http://host:1/path");
  EXPECT_EQ(without_credentials("http://host/p@th"), "http://host/p@th");
  EXPECT_THAT(endpoint_fault("V", "http://user:secret@h:0"), ::testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace container_kit::telemetry::config
