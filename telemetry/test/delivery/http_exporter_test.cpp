#include "delivery/http_exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/otlp_traces.h"
#include "support/json_check.h"
#include "support/loopback_receiver.h"
#include "support/thrift_tree.h"
#include "support/unpack.h"

namespace container_kit::telemetry::delivery {
namespace {

using test::LoopbackReceiver;
using ::testing::HasSubstr;
using ::testing::Not;

// A request of one span, named "work": trace_id, span_id and name.
std::string request_of_one() {
  const std::string span =
      "\x0a\x10" + std::string(16, 'T') + "\x12\x08" + std::string(8, 'S') + "\x2a\x04work";
  const std::vector<protocol::ScopeSpans> scopes{{"", "", {span}}};
  std::string request;
  protocol::append_otlp_traces(request, "", scopes);
  return request;
}

std::string answer(const std::string& status, const std::string& headers = "", const std::string& body = "") {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

class HttpExporterTest : public ::testing::Test {
 protected:
  SendResult send(HttpFormat format, OtlpOptions options = {}) {
    options.endpoint = receiver_.url();
    HttpExporter exporter(config::Signal::kTraces, format, std::move(options));
    return exporter.send(request_of_one(), 1, base::Deadline::after(std::chrono::seconds(30)));
  }
  SendResult send() { return send(HttpFormat::kOtlpProtobuf); }

  LoopbackReceiver receiver_{LoopbackReceiver::Manner::kAnswers};
};

TEST_F(HttpExporterTest, sends_the_request_as_it_is) {
  EXPECT_EQ(send().outcome, SendOutcome::kDelivered);
  EXPECT_EQ(receiver_.requests().at(0), request_of_one());
  EXPECT_THAT(receiver_.heads().at(0), HasSubstr("Content-Type: application/x-protobuf\r\n"));
  EXPECT_THAT(receiver_.heads().at(0), HasSubstr("User-Agent: OTel-OTLP-Exporter-Cpp/"));
  EXPECT_THAT(receiver_.heads().at(0), Not(HasSubstr("Content-Encoding")));
}

TEST_F(HttpExporterTest, compresses_where_it_should) {
  EXPECT_EQ(send(HttpFormat::kOtlpProtobuf, {.compression = OtlpCompression::kGzip}).outcome,
            SendOutcome::kDelivered);
  EXPECT_THAT(receiver_.heads().at(0), HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_EQ(test::gunzip(receiver_.requests().at(0)), request_of_one());
}

TEST_F(HttpExporterTest, compresses_by_zstd_where_it_should) {
  EXPECT_EQ(send(HttpFormat::kOtlpProtobuf, {.compression = OtlpCompression::kZstd}).outcome,
            SendOutcome::kDelivered);
  EXPECT_THAT(receiver_.heads().at(0), HasSubstr("Content-Encoding: zstd\r\n"));
  EXPECT_EQ(test::unzstd(receiver_.requests().at(0)), request_of_one());
}

TEST_F(HttpExporterTest, speaks_otlp_in_json) {
  EXPECT_EQ(send(HttpFormat::kOtlpJson).outcome, SendOutcome::kDelivered);
  EXPECT_THAT(receiver_.heads().at(0), HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_TRUE(test::is_json(receiver_.requests().at(0)));
  EXPECT_THAT(receiver_.requests().at(0), HasSubstr("\"name\":\"work\""));
}

TEST_F(HttpExporterTest, speaks_zipkin) {
  EXPECT_EQ(send(HttpFormat::kZipkinJson).outcome, SendOutcome::kDelivered);
  EXPECT_TRUE(test::is_json(receiver_.requests().at(0)));
  EXPECT_THAT(receiver_.requests().at(0), HasSubstr("\"traceId\":\"54545454545454545454545454545454\""));
}

TEST_F(HttpExporterTest, speaks_jaegers_thrift) {
  EXPECT_EQ(send(HttpFormat::kJaegerThrift).outcome, SendOutcome::kDelivered);
  EXPECT_THAT(receiver_.heads().at(0), HasSubstr("Content-Type: application/x-thrift\r\n"));
  const test::ThriftTree batch = test::read_thrift(receiver_.requests().at(0));
  EXPECT_EQ(batch[2].items.at(0)[5].text, "work");  // Batch.spans, Span.operationName
}

TEST_F(HttpExporterTest, tells_what_may_be_sent_again_from_what_may_not) {
  struct Case {
    const char* status;
    SendOutcome outcome;
  };
  for (const Case& expected :
       {Case{"200 OK", SendOutcome::kDelivered}, Case{"202 Accepted", SendOutcome::kDelivered},
        Case{"429 Slow down", SendOutcome::kRetry}, Case{"502 Bad", SendOutcome::kRetry},
        Case{"503 Away", SendOutcome::kRetry}, Case{"504 Late", SendOutcome::kRetry},
        Case{"400 Bad", SendOutcome::kRejected}, Case{"401 Who", SendOutcome::kRejected},
        Case{"404 Where", SendOutcome::kRejected}, Case{"500 Oops", SendOutcome::kRejected},
        Case{"413 Large", SendOutcome::kTooLarge}}) {
    receiver_.answer_with(answer(expected.status));
    EXPECT_EQ(send().outcome, expected.outcome) << expected.status;
  }
}

TEST_F(HttpExporterTest, honours_retry_after) {
  receiver_.answer_with(answer("503 Away", "Retry-After: 7\r\n"));
  const SendResult result = send();
  EXPECT_EQ(result.retry_after, std::chrono::seconds(7));
  EXPECT_THAT(result.problem, HasSubstr("HTTP status 503"));
}

TEST_F(HttpExporterTest, counts_what_a_partial_success_rejects) {
  // partial_success { rejected_spans: 3, error_message: "no" }
  receiver_.answer_with(answer("200 OK", "", std::string("\x0a\x06\x08\x03\x12\x02no")));
  const SendResult result = send();
  EXPECT_EQ(result.outcome, SendOutcome::kDelivered);
  EXPECT_EQ(result.rejected_spans, 3U);
  EXPECT_EQ(result.problem, "no");
}

TEST_F(HttpExporterTest, counts_it_in_json_too) {
  receiver_.answer_with(
      answer("200 OK", "", R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}})"));
  const SendResult result = send(HttpFormat::kOtlpJson);
  EXPECT_EQ(result.outcome, SendOutcome::kDelivered);
  EXPECT_EQ(result.rejected_spans, 3U);
  EXPECT_EQ(result.problem, "no");
}

TEST_F(HttpExporterTest, does_not_follow_a_redirect) {
  const LoopbackReceiver elsewhere(LoopbackReceiver::Manner::kAnswers);
  receiver_.answer_with(answer("307 Elsewhere", "Location: " + elsewhere.url() + "\r\n"));
  EXPECT_EQ(send().outcome, SendOutcome::kRejected);
  EXPECT_EQ(elsewhere.accepted(), 0);
}

TEST_F(HttpExporterTest, an_answer_that_is_garbage_or_endless_is_a_failure_and_no_more) {
  for (const std::string& garbage :
       {std::string("not HTTP at all\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n") + std::string(5 << 20, 'x')}) {
    receiver_.answer_with(garbage);
    EXPECT_EQ(send(HttpFormat::kOtlpProtobuf, {.timeout = std::chrono::milliseconds(2000)}).outcome,
              SendOutcome::kRetry);
  }
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
