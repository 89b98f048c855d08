#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/doctor.h>

#include "support/certificates.h"
#include "support/http2_receiver.h"
#include "support/loopback_receiver.h"
#include "support/socket_server.h"

namespace container_kit::telemetry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

constexpr DoctorOptions kPatience{std::chrono::milliseconds(10'000)};
constexpr DoctorOptions kImpatience{std::chrono::milliseconds(300)};

// Answers whatever comes as an HTTP/1.1 receiver does that takes it.
void answer_http(Channel& channel) {
  constexpr std::size_t kSome = 4096;
  std::string received = channel.read(kSome);
  constexpr char kTlsHandshake = 0x16;
  if (received.starts_with(kTlsHandshake)) {
    channel.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  while (!received.empty() && received.find("\r\n\r\n") == std::string::npos) {
    const std::string more = channel.read(kSome);
    if (more.empty()) return;
    received += more;
  }
  channel.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

// As HTTP/1.1 receivers do.
TlsIdentity without_http2(TlsIdentity identity) {
  identity.offers_http2 = false;
  return identity;
}

class DoctorTest : public ::testing::Test {
 protected:
  DoctorTest() {
    std::string path = (fs::temp_directory_path() / "container-kit-doctor-XXXXXX").string();
    folder_ = ::mkdtemp(path.data());
    config_.environment = "production";
    config_.spool_dir = folder_.string();
    config_.flight_dir = folder_.string();
    config_.flight_buffer_bytes = std::size_t{1} << 20;
  }
  ~DoctorTest() override { fs::remove_all(folder_); }

  // The finding whose subject begins so.
  Finding find(const std::string& subject, const DoctorOptions& options = kPatience) {
    const std::vector<Finding> all = examine(config_, options);
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const Finding& finding) { return finding.subject.starts_with(subject); });
    return found != all.end() ? *found : Finding{"(none)", {}, FindingState::kOk, {}, {}};
  }
  Finding traces_at(const std::string& url, OtlpProtocol protocol = OtlpProtocol::kHttpProtobuf,
                    const DoctorOptions& options = kPatience) {
    config_.otlp_traces.endpoint = url;
    config_.otlp_traces.protocol = protocol;
    return find("traces", options);
  }
  void expect_problem(const Finding& finding, const std::string& what, const std::string& advice) {
    EXPECT_EQ(finding.state, FindingState::kProblem) << finding.what;
    EXPECT_THAT(finding.what, HasSubstr(what));
    EXPECT_THAT(finding.advice, HasSubstr(advice));
  }

  fs::path folder_;
  Config config_;
};

TEST_F(DoctorTest, a_receiver_that_takes_what_it_is_sent_is_well) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  EXPECT_EQ(traces_at(receiver.url()).state, FindingState::kOk);
  EXPECT_EQ(receiver.requests().size(), 1U);
  Http2Receiver grpc;
  const Finding finding = traces_at(grpc.url(), OtlpProtocol::kGrpc);
  EXPECT_EQ(finding.state, FindingState::kOk) << finding.what;
  EXPECT_EQ(finding.subject, "traces by otlp_grpc");
}

TEST_F(DoctorTest, jaeger_zipkin_and_metrics_are_tried_as_well) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  const std::string base = receiver.url().substr(0, receiver.url().rfind("/v1"));
  config_.jaeger_endpoint = base + "/api/traces";
  config_.zipkin_endpoint = base + "/api/v2/spans";
  config_.otlp_metrics.endpoint = base + "/v1/metrics";
  for (const char* subject : {"traces by jaeger", "traces by zipkin", "metrics by otlp"}) {
    EXPECT_EQ(find(subject).subject, subject);
    EXPECT_EQ(find(subject).state, FindingState::kOk) << find(subject).what;
  }
  receiver.answer_with("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  expect_problem(find("traces by jaeger"), "404", "OTEL_EXPORTER_JAEGER_ENDPOINT with /api/traces");
  expect_problem(find("traces by zipkin"), "404", "/api/v2/spans");
  expect_problem(find("metrics by otlp"), "404", "/v1/metrics");
}

TEST_F(DoctorTest, a_wrong_port_is_told_by_what_is_spoken_there) {
  Http2Receiver grpc;
  expect_problem(traces_at(grpc.url() + "/v1/traces"), "speaks gRPC", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
  SocketServer http(&answer_http);
  http.start();
  const std::string url = "http://127.0.0.1:" + std::to_string(http.port());
  expect_problem(traces_at(url, OtlpProtocol::kGrpc), "speaks HTTP/1.1", "http/protobuf");
}

TEST_F(DoctorTest, a_receiver_that_is_not_there_is_told_from_a_name_that_is_not_known) {
  expect_problem(traces_at(url_without_receiver()), "nobody can be reached", "start the receiver");
  expect_problem(traces_at("http://no-such-host.invalid:4318/v1/traces"), "name is not known",
                 "OTEL_EXPORTER_OTLP_ENDPOINT");
  LoopbackReceiver silent(LoopbackReceiver::Manner::kNeverAnswers);
  expect_problem(traces_at(silent.url(), OtlpProtocol::kHttpProtobuf, kImpatience),
                 "no answer came within 300 ms", "firewall");
}

TEST_F(DoctorTest, tls_where_there_is_none_and_none_where_there_is_some) {
  const Certificates certificates;
  SocketServer tls(&answer_http, without_http2(certificates.server()));
  tls.start();
  const std::string authority = "127.0.0.1:" + std::to_string(tls.port()) + "/v1/traces";
  expect_problem(traces_at("http://" + authority), "speaks TLS", "https://");
  expect_problem(traces_at("https://" + authority), "not trusted", "OTEL_EXPORTER_OTLP_CERTIFICATE");
  config_.otlp_traces.certificate = certificates.authority();
  EXPECT_EQ(traces_at("https://" + authority).state, FindingState::kOk);
  config_.otlp_traces.certificate = folder_.string() + "/none.pem";
  expect_problem(traces_at("https://" + authority), "certificate's file", "OTEL_EXPORTER_OTLP_CERTIFICATE");
  SocketServer plain(&answer_http);
  plain.start();
  config_.otlp_traces.certificate.clear();
  expect_problem(traces_at("https://127.0.0.1:" + std::to_string(plain.port()) + "/v1/traces"),
                 "speaks no TLS", "http://");
}

TEST_F(DoctorTest, a_certificate_for_another_name_is_told_as_that) {
  const Certificates certificates;
  SocketServer tls(&answer_http, certificates.server("DNS:collector.internal"));
  tls.start();
  config_.otlp_traces.certificate = certificates.authority();
  expect_problem(traces_at("https://127.0.0.1:" + std::to_string(tls.port()) + "/v1/traces"),
                 "another host's", "the name that the certificate is for");
}

TEST_F(DoctorTest, every_refusal_has_its_advice) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  for (const auto& [status, advice] :
       {std::pair(400, "names a receiver of this kind"), std::pair(401, "OTEL_EXPORTER_OTLP_HEADERS"),
        std::pair(403, "OTEL_EXPORTER_OTLP_HEADERS"), std::pair(404, "/v1/traces"),
        std::pair(405, "/v1/traces"), std::pair(413, "limit"), std::pair(415, "OTEL_EXPORTER_OTLP_PROTOCOL"),
        std::pair(503, "try again"), std::pair(500, "log")}) {
    receiver.answer_with("HTTP/1.1 " + std::to_string(status) + " No\r\nContent-Length: 0\r\n\r\n");
    expect_problem(traces_at(receiver.url()), std::to_string(status), advice);
  }
  Http2Receiver grpc;
  grpc.answer_with(Http2Answer::trailers_only("16"));
  expect_problem(traces_at(grpc.url(), OtlpProtocol::kGrpc), "UNAUTHENTICATED", "OTEL_EXPORTER_OTLP_HEADERS");
  grpc.answer_with(Http2Answer::trailers_only("12"));
  expect_problem(traces_at(grpc.url(), OtlpProtocol::kGrpc), "no receiver of traces",
                 "OTEL_EXPORTER_OTLP_ENDPOINT");
}

TEST_F(DoctorTest, what_is_switched_off_is_told_with_who_said_so) {
  config_.trace_sample_rate = 0;
  config_.sources["trace_sample_rate"] = {"OTEL_TRACES_SAMPLER", "0"};
  expect_problem(find("sampling"), "as OTEL_TRACES_SAMPLER says", "CONTAINER_KIT_TRACE_SAMPLE_RATE");
  expect_problem(find("traces"), "no exporter is configured", "OTEL_EXPORTER_OTLP_ENDPOINT");
  config_.traces_to_nowhere = true;
  EXPECT_EQ(find("traces").state, FindingState::kWarning);
  config_.tracing_enabled = config_.metrics_enabled = config_.spool_enabled = false;
  for (const char* subject : {"traces", "metrics", "spool"}) {
    EXPECT_EQ(find(subject).state, FindingState::kWarning) << subject;
    EXPECT_THAT(find(subject).advice, HasSubstr("ENABLED=true")) << subject;
  }
  EXPECT_EQ(find("sampling").subject, "(none)");
}

TEST_F(DoctorTest, folders_that_cannot_be_used_are_told) {
  EXPECT_EQ(find("spool").state, FindingState::kOk);
  EXPECT_EQ(find("flight").state, FindingState::kOk);
  config_.spool_dir = "/proc/1/no-such-folder";
  config_.flight_dir = "/no/such/folder";
  config_.otlp_traces.endpoint = "file:///no/such/folder/traces";
  expect_problem(find("spool"), "cannot be written to", "CONTAINER_KIT_SPOOL_DIR");
  expect_problem(find("flight"), "not there", "CONTAINER_KIT_FLIGHT_DIR");
  expect_problem(find("traces into a file"), "not there", "/no/such/folder");
  config_.spool_dir = (folder_ / "made" / "later").string();
  EXPECT_EQ(find("spool").state, FindingState::kOk);
  EXPECT_FALSE(fs::exists(folder_ / "made"));
}

TEST_F(DoctorTest, prometheus_is_asked_whether_it_is_one) {
  LoopbackReceiver receiver(LoopbackReceiver::Manner::kAnswers);
  config_.prometheus_endpoint = receiver.url().substr(0, receiver.url().rfind("/v1"));
  expect_problem(find("prometheus"), "no Prometheus server", "OTEL_EXPORTER_PROMETHEUS_ENDPOINT");
  const std::string body = R"({"status":"success","data":{}})";
  receiver.answer_with("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                       body);
  EXPECT_EQ(find("prometheus").state, FindingState::kOk);
  EXPECT_THAT(receiver.heads().back(), HasSubstr("/api/v1/query"));
  config_.prometheus_endpoint = url_without_receiver();
  expect_problem(find("prometheus"), "nobody can be reached", "OTEL_EXPORTER_PROMETHEUS_ENDPOINT");
}

TEST_F(DoctorTest, a_configuration_with_faults_is_all_there_is_to_say) {
  config_.warnings.emplace_back("OTEL_X: wrong; ignored");
  config_.trace_sample_rate = 7;
  const std::vector<Finding> all = examine(config_, kPatience);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].state, FindingState::kWarning);
  expect_problem(all[1], "trace_sample_rate", "nothing starts");
}

TEST_F(DoctorTest, no_secret_is_told) {
  const std::string url = url_without_receiver();
  config_.otlp_traces.headers["key"] = "hush";
  const Finding finding = traces_at("http://user:hush@" + url.substr(url.find("//") + 2));
  EXPECT_THAT(finding.what + finding.advice + finding.target,
              AllOf(Not(HasSubstr("hush")), HasSubstr("127.0.0.1")));
}

}  // namespace
}  // namespace container_kit::telemetry::test
