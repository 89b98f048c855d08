// The same for OTLP/gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/certificates.h"
#include "support/http2_receiver.h"
#include "support/sender.h"
#include "support/span_ledger.h"
#include "support/unpack.h"

namespace container_kit::tests {
namespace {

using std::chrono::milliseconds;
using telemetry::OtlpOptions;
using telemetry::test::Http2Answer;
using telemetry::test::Http2Receiver;
using End = Http2Answer::End;

OtlpOptions to(const Http2Receiver& receiver) {
  return {
      .endpoint = receiver.url(), .protocol = telemetry::OtlpProtocol::kGrpc, .timeout = milliseconds(500)};
}

// What it has taken.
void read_into(SpanLedger& ledger, const Http2Receiver& receiver) {
  constexpr std::size_t kPrefix = 5;
  for (const auto& request : receiver.requests()) {
    if (!request.is_taken) continue;
    const std::string message = request.body.substr(kPrefix);
    EXPECT_TRUE(ledger.add(request.body[0] == 1 ? telemetry::test::unzstd(message) : message));
  }
}

void expect_all(const Http2Receiver& receiver, Sender& sender, std::uint64_t most_duplicates = 0) {
  ASSERT_TRUE(sender.drain()) << sender.health().last_error;
  SpanLedger ledger;
  read_into(ledger, receiver);
  const SpanLedger::Account account = ledger.account(sender.sent());
  EXPECT_EQ(account.missing, 0U) << "from " << account.first_missing << " to " << account.last_missing;
  EXPECT_EQ(account.strangers, 0U);
  EXPECT_LE(account.duplicates, most_duplicates);
  EXPECT_EQ(sender.health().exported_spans, sender.sent());
}

struct NamedAnswer {
  const char* name;
  Http2Answer answer;
  bool may_duplicate = false;
};

std::ostream& operator<<(std::ostream& out, const NamedAnswer& named) {
  return out << named.name;
}

Http2Answer ending(End end) {
  Http2Answer answer;
  answer.end = end;
  return answer;
}

class EveryGrpcFault : public ::testing::TestWithParam<NamedAnswer> {};

TEST_P(EveryGrpcFault, costs_no_span) {
  Http2Receiver receiver;
  receiver.script(std::vector<Http2Answer>(3, GetParam().answer));
  Sender sender(to(receiver));
  sender.send(100);
  sender.flush();
  sender.send(100);
  expect_all(receiver, sender, GetParam().may_duplicate ? 3 * Sender::kBatch : 0);
}

TEST_P(EveryGrpcFault, costs_no_span_in_the_midst_of_an_outage_and_a_restart) {
  Http2Receiver receiver;
  receiver.answer_with(GetParam().answer);
  Sender sender(to(receiver));
  sender.send(40);
  sender.flush();
  receiver.server().stop();
  sender.send(40);
  sender.flush();
  sender.start();
  receiver.answer_with({});
  receiver.server().start();
  sender.send(40);
  ASSERT_TRUE(sender.drain()) << sender.health().last_error;
  SpanLedger ledger;
  read_into(ledger, receiver);
  const SpanLedger::Account account = ledger.account(sender.sent());
  EXPECT_EQ(account.missing, 0U) << "from " << account.first_missing << " to " << account.last_missing;
  EXPECT_EQ(account.strangers, 0U);
  if (!GetParam().may_duplicate) {
    EXPECT_EQ(account.duplicates, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Grpc, EveryGrpcFault,
    ::testing::Values(NamedAnswer{"unavailable", Http2Answer::trailers_only("14")},
                      NamedAnswer{"unavailable_in_trailers", Http2Answer::with_status("14")},
                      NamedAnswer{"deadline_exceeded", Http2Answer::trailers_only("4")},
                      NamedAnswer{"resets_the_stream", ending(End::kReset)},
                      NamedAnswer{"closes", ending(End::kClosed)}, NamedAnswer{"stalls", ending(End::kNever)},
                      NamedAnswer{"answers_without_end", ending(End::kEndless)},
                      NamedAnswer{"goes_away_with_its_answer", ending(End::kGoaway), true}),
    [](const auto& named) { return named.param.name; });

TEST(GrpcFaults, what_is_refused_is_counted_and_not_sent_again) {
  for (const char* status : {"3", "7", "8", "13", "16"}) {
    Http2Receiver receiver;
    receiver.script(std::vector<Http2Answer>(2, Http2Answer::trailers_only(status)));
    Sender sender(to(receiver));
    sender.send(100);
    ASSERT_TRUE(sender.drain()) << status;
    const telemetry::ExporterHealth health = sender.health();
    EXPECT_GT(health.rejected_spans, 0U) << status;
    EXPECT_EQ(health.exported_spans + health.rejected_spans, 100U) << status;
    SpanLedger ledger;
    read_into(ledger, receiver);
    EXPECT_EQ(ledger.arrived(), health.exported_spans) << status;
  }
}

TEST(GrpcFaults, compressed_spans_arrive_over_tls) {
  const telemetry::test::Certificates certificates;
  Http2Receiver receiver(certificates.server());
  receiver.script({Http2Answer::trailers_only("14")});
  OtlpOptions options = to(receiver);
  options.certificate = certificates.authority();
  options.compression = telemetry::OtlpCompression::kZstd;
  Sender sender(options);
  sender.send(300);
  expect_all(receiver, sender);
}

}  // namespace
}  // namespace container_kit::tests
