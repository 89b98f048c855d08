#include "delivery/grpc_exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/grpc.h"
#include "protocol/otlp_traces.h"
#include "support/certificates.h"
#include "support/http2_receiver.h"
#include "support/loopback_receiver.h"
#include "support/unpack.h"

namespace container_kit::telemetry::delivery {
namespace {

using std::chrono::milliseconds;
using test::Http2Answer;
using test::Http2Receiver;
using ::testing::HasSubstr;
using End = Http2Answer::End;

constexpr const char* kRequest = "a request";  // nobody here reads it

SendResult send_to(OtlpOptions options, std::string_view request = kRequest) {
  GrpcExporter exporter(config::Signal::kTraces, std::move(options));
  return exporter.send(request, 1, base::Deadline::after(std::chrono::seconds(30)));
}

std::string frame(std::string_view message, bool is_compressed = false) {
  std::string out;
  protocol::append_grpc_frame(out, message, is_compressed);
  return out;
}

class GrpcExporterTest : public ::testing::Test {
 protected:
  SendResult send(OtlpOptions options = {}) {
    options.endpoint = receiver_.url();
    return send_to(std::move(options));
  }
  SendResult send_and_get(Http2Answer answer, OtlpOptions options = {}) {
    receiver_.answer_with(std::move(answer));
    return send(std::move(options));
  }

  Http2Receiver receiver_;
};

TEST_F(GrpcExporterTest, calls_the_method_with_one_message) {
  const SendResult result = send({.headers = {{"Api-Key", "k1"}}});
  EXPECT_EQ(result.outcome, SendOutcome::kDelivered) << result.problem;
  auto request = receiver_.requests().at(0);
  EXPECT_EQ(request.body, frame(kRequest));
  EXPECT_EQ(request.headers[":method"], "POST");
  EXPECT_EQ(request.headers[":path"], "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
  EXPECT_EQ(request.headers["content-type"], "application/grpc");
  EXPECT_EQ(request.headers["te"], "trailers");
  EXPECT_THAT(request.headers["grpc-timeout"], ::testing::MatchesRegex("[0-9]+m"));
  EXPECT_THAT(request.headers["user-agent"], ::testing::StartsWith("OTel-OTLP-Exporter-Cpp/"));
  EXPECT_EQ(request.headers["api-key"], "k1");
  EXPECT_EQ(request.headers.count("grpc-encoding"), 0U);
}

TEST_F(GrpcExporterTest, a_path_of_the_endpoint_is_not_used) {
  EXPECT_EQ(send_to({.endpoint = receiver_.url() + "/v1/traces"}).outcome, SendOutcome::kDelivered);
  EXPECT_EQ(receiver_.requests().at(0).headers[":path"], protocol::kGrpcTracesPath);
}

TEST_F(GrpcExporterTest, compresses_the_message_where_it_should) {
  EXPECT_EQ(send({.compression = OtlpCompression::kGzip}).outcome, SendOutcome::kDelivered);
  EXPECT_EQ(send({.compression = OtlpCompression::kZstd}).outcome, SendOutcome::kDelivered);
  const auto requests = receiver_.requests();
  EXPECT_EQ(requests.at(0).headers.at("grpc-encoding"), "gzip");
  EXPECT_EQ(requests.at(1).headers.at("grpc-encoding"), "zstd");
  EXPECT_EQ(requests.at(0).body[0], '\1');
  EXPECT_EQ(test::gunzip(requests.at(0).body.substr(5)), kRequest);
  EXPECT_EQ(test::unzstd(requests.at(1).body.substr(5)), kRequest);
}

TEST_F(GrpcExporterTest, large_requests_go_through_one_behind_the_other) {
  const std::string large(std::size_t{3} << 20, 'x');
  GrpcExporter exporter(config::Signal::kTraces, {.endpoint = receiver_.url()});
  for (int count = 0; count < 3; ++count) {
    const SendResult result = exporter.send(large, 1, base::Deadline::after(std::chrono::seconds(30)));
    EXPECT_EQ(result.outcome, SendOutcome::kDelivered) << result.problem;
  }
  EXPECT_EQ(receiver_.requests().at(2).body, frame(large));
}

TEST_F(GrpcExporterTest, a_status_decides_wherever_it_comes) {
  struct Case {
    const char* status;
    SendOutcome outcome;
  };
  for (const Case& expected :
       {Case{"1", SendOutcome::kRetry}, Case{"2", SendOutcome::kRejected}, Case{"3", SendOutcome::kRejected},
        Case{"4", SendOutcome::kRetry}, Case{"8", SendOutcome::kRejected}, Case{"14", SendOutcome::kRetry},
        Case{"16", SendOutcome::kRejected}}) {
    const test::Fields message{{"grpc-message", "told%20so"}};
    for (const Http2Answer& answer : {Http2Answer::trailers_only(expected.status, message),
                                      Http2Answer::with_status(expected.status, message)}) {
      const SendResult result = send_and_get(answer);
      EXPECT_EQ(result.outcome, expected.outcome) << expected.status;
      EXPECT_THAT(result.problem, HasSubstr(": told so"));
    }
  }
}

TEST_F(GrpcExporterTest, honours_retry_info) {
  // Status { details: [RetryInfo { retry_delay { seconds: 9 } }] }
  const std::string details = "GhwKFGdvb2dsZS5ycGMuUmV0cnlJbmZvEgQKAggJ";
  const SendResult result =
      send_and_get(Http2Answer::trailers_only("8", {{"grpc-status-details-bin", details}}));
  EXPECT_EQ(result.outcome, SendOutcome::kRetry);
  EXPECT_EQ(result.retry_after, std::chrono::seconds(9));
}

TEST_F(GrpcExporterTest, a_message_that_is_too_large_is_to_be_split) {
  const SendResult result = send_and_get(Http2Answer::trailers_only(
      "8", {{"grpc-message", "grpc: received message larger than max (5 vs. 4)"}}));
  EXPECT_EQ(result.outcome, SendOutcome::kTooLarge);
}

// As gRPC for Go refuses a message for its size, or a method that it does not know.
TEST_F(GrpcExporterTest, an_answer_that_does_not_wait_for_the_request_is_one) {
  const std::string large(std::size_t{3} << 20, 'x');
  receiver_.answer_early();
  receiver_.answer_with(Http2Answer::trailers_only(
      "8", {{"grpc-message", "grpc: received message larger than max (5 vs. 4)"}}));
  for (int count = 0; count < 20; ++count) {
    const SendResult result = send_to({.endpoint = receiver_.url()}, large);
    EXPECT_EQ(result.outcome, SendOutcome::kTooLarge) << result.problem;
  }
  // That of a small one may be lost every time; then it is sent again later.
  const SendResult small = send_to({.endpoint = receiver_.url()}, std::string(6'000, 'x'));
  EXPECT_NE(small.outcome, SendOutcome::kDelivered);
  EXPECT_NE(small.outcome, SendOutcome::kRejected);
}

TEST_F(GrpcExporterTest, counts_what_a_partial_success_rejects) {
  Http2Answer answer;
  answer.body = frame("\x0a\x06\x08\x03\x12\x02no");
  const SendResult result = send_and_get(answer);
  EXPECT_EQ(result.outcome, SendOutcome::kDelivered);
  EXPECT_EQ(result.rejected_spans, 3U);
  EXPECT_EQ(result.problem, "no");
}

TEST_F(GrpcExporterTest, what_makes_no_sense_is_a_failure_for_good) {
  std::vector<Http2Answer> answers(7);
  answers[0].trailers.clear();                    // no status at all
  answers[1].body.clear();                        // no message
  answers[2].body = frame("whole").substr(0, 7);  // cut short
  answers[3].body = std::string(2'000, '\xFF');   // garbage
  answers[4].body = frame("\x1F\x8B\x08", true);  // packed, though nobody asked for it
  answers[5].headers = {{":status", "200"}, {"content-type", "text/html"}};
  answers[6].headers = {{":status", "302"}, {"location", "http://127.0.0.1:1/"}};
  for (std::size_t index = 0; index < answers.size(); ++index) {
    const SendResult result = send_and_get(answers[index]);
    EXPECT_EQ(result.outcome, SendOutcome::kRejected) << index;
    EXPECT_FALSE(result.problem.empty()) << index;
  }
}

TEST_F(GrpcExporterTest, a_message_that_is_no_answer_of_otlps_is_taken_for_a_success) {
  Http2Answer answer;
  answer.body = frame("\xFF\xFF\xFF");
  EXPECT_EQ(send_and_get(answer).outcome, SendOutcome::kDelivered);
}

TEST_F(GrpcExporterTest, an_answer_that_breaks_off_is_asked_for_again) {
  for (const End end : {End::kReset, End::kClosed, End::kNever, End::kEndless}) {
    Http2Answer answer;
    answer.body = std::string(100'000, 'x');
    answer.end = end;
    const SendResult result = send_and_get(answer, {.timeout = milliseconds(1'000)});
    EXPECT_EQ(result.outcome, SendOutcome::kRetry) << static_cast<int>(end);
    EXPECT_FALSE(result.problem.empty()) << static_cast<int>(end);
  }
}

// The answer that comes with GOAWAY may be lost, and is asked for again; never may it be taken for a refusal.
TEST_F(GrpcExporterTest, goes_on_over_a_new_connection_after_goaway) {
  GrpcExporter exporter(config::Signal::kTraces, {.endpoint = receiver_.url()});
  Http2Answer answer;
  answer.end = End::kGoaway;
  receiver_.answer_with(answer);
  for (int count = 0; count < 3; ++count) {
    const SendResult result = exporter.send(kRequest, 1, base::Deadline::after(std::chrono::seconds(30)));
    EXPECT_NE(result.outcome, SendOutcome::kRejected) << result.problem;
  }
  EXPECT_EQ(receiver_.requests().size(), 3U);
  EXPECT_EQ(receiver_.connections(), 3);
  receiver_.answer_with({});
  const SendResult result = exporter.send(kRequest, 1, base::Deadline::after(std::chrono::seconds(30)));
  EXPECT_EQ(result.outcome, SendOutcome::kDelivered) << result.problem;
}

TEST_F(GrpcExporterTest, gives_up_a_receiver_that_hangs_when_it_is_cancelled) {
  Http2Answer answer;
  answer.end = End::kNever;
  receiver_.answer_with(answer);
  GrpcExporter exporter(config::Signal::kTraces, {.endpoint = receiver_.url()});
  std::thread canceller([&] {
    while (receiver_.requests().empty()) std::this_thread::yield();
    exporter.cancel();
  });
  const auto begun = std::chrono::steady_clock::now();
  const SendResult result = exporter.send(kRequest, 1, base::Deadline::after(std::chrono::seconds(30)));
  canceller.join();
  EXPECT_EQ(result.outcome, SendOutcome::kRetry);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

TEST(GrpcExporter, a_receiver_without_http2_is_a_failure_that_says_so) {
  const test::LoopbackReceiver receiver(test::LoopbackReceiver::Manner::kAnswers);
  const SendResult result = send_to({.endpoint = receiver.url(), .timeout = milliseconds(5'000)});
  EXPECT_EQ(result.outcome, SendOutcome::kRetry);
  EXPECT_THAT(result.problem, HasSubstr("HTTP/2"));
}

TEST(GrpcExporter, trusts_the_authority_that_it_is_given) {
  const test::Certificates certificates;
  const Http2Receiver receiver(certificates.server());
  const SendResult trusting = send_to({.endpoint = receiver.url(), .certificate = certificates.authority()});
  EXPECT_EQ(trusting.outcome, SendOutcome::kDelivered) << trusting.problem;
  EXPECT_EQ(receiver.requests().at(0).headers.at(":scheme"), "https");
  const SendResult wary = send_to({.endpoint = receiver.url()});
  EXPECT_EQ(wary.outcome, SendOutcome::kRetry);
  EXPECT_THAT(wary.problem, HasSubstr("certificate"));
}

TEST(GrpcExporter, keeps_its_connection) {
  const test::Certificates certificates;
  const Http2Receiver receiver(certificates.server());
  GrpcExporter exporter(config::Signal::kTraces,
                        {.endpoint = receiver.url(), .certificate = certificates.authority()});
  for (int count = 0; count < 3; ++count) {
    const SendResult result = exporter.send(kRequest, 1, base::Deadline::after(std::chrono::seconds(30)));
    EXPECT_EQ(result.outcome, SendOutcome::kDelivered) << result.problem;
  }
  EXPECT_EQ(receiver.requests().size(), 3U);
  EXPECT_EQ(receiver.connections(), 1);
}

TEST(GrpcExporter, refuses_a_receiver_with_another_name) {
  const test::Certificates certificates;
  const Http2Receiver receiver(certificates.server("DNS:elsewhere.example"));
  const SendResult result = send_to({.endpoint = receiver.url(), .certificate = certificates.authority()});
  EXPECT_EQ(result.outcome, SendOutcome::kRetry);
  EXPECT_THAT(result.problem, HasSubstr("127.0.0.1"));
  EXPECT_THAT(result.problem, HasSubstr("name"));
  EXPECT_EQ(receiver.requests().size(), 0U);
}

TEST(GrpcExporter, shows_its_certificate_where_one_is_asked_for) {
  const test::Certificates certificates;
  test::TlsIdentity identity = certificates.server();
  identity.client_authority = certificates.authority();
  const test::TlsIdentity ours = certificates.client();
  const Http2Receiver receiver(identity);
  const SendResult known = send_to({.endpoint = receiver.url(),
                                    .certificate = certificates.authority(),
                                    .client_certificate = ours.certificate,
                                    .client_key = ours.key});
  EXPECT_EQ(known.outcome, SendOutcome::kDelivered) << known.problem;
  const SendResult unknown = send_to({.endpoint = receiver.url(), .certificate = certificates.authority()});
  EXPECT_EQ(unknown.outcome, SendOutcome::kRetry);
  EXPECT_EQ(receiver.requests().size(), 1U);
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
