// What an OTLP/HTTP receiver can do wrong: for every fault, the spans that were sent are those that were
// received, refused and counted, or dropped and counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/certificates.h"
#include "support/fault_receiver.h"
#include "support/sender.h"

namespace container_kit::tests {
namespace {

using std::chrono::milliseconds;
using telemetry::OtlpOptions;
using ::testing::HasSubstr;
using Kind = Fault::Kind;

OtlpOptions to(const FaultReceiver& receiver) {
  return {.endpoint = receiver.url(), .timeout = milliseconds(500)};
}

// All that was sent has arrived, some of it more than once at most.
void expect_all(FaultReceiver& receiver, Sender& sender, std::uint64_t most_duplicates = 0) {
  ASSERT_TRUE(sender.drain()) << sender.health().last_error;
  const SpanLedger::Account account = receiver.ledger().account(sender.sent());
  EXPECT_EQ(account.arrived, sender.sent());
  EXPECT_EQ(account.missing, 0U) << "from " << account.first_missing << " to " << account.last_missing;
  EXPECT_EQ(account.strangers, 0U);
  EXPECT_LE(account.duplicates, most_duplicates);
  EXPECT_EQ(sender.health().exported_spans, sender.sent());
  EXPECT_EQ(sender.health().dropped_for_room + sender.health().rejected_spans, 0U);
}

struct NamedFault {
  const char* name;
  Fault fault;
  bool may_duplicate = false;  // the receiver takes what the sender is not told of
};

// For the names of the tests.
std::ostream& operator<<(std::ostream& out, const NamedFault& named) {
  return out << named.name;
}

class EveryFault : public ::testing::TestWithParam<NamedFault> {};

TEST_P(EveryFault, costs_no_span) {
  FaultReceiver receiver;
  receiver.script(std::vector<Fault>(3, GetParam().fault));
  Sender sender(to(receiver));
  sender.send(100);
  sender.flush();
  sender.send(100);
  // Each of the three attempts can have been a parcel that was taken.
  expect_all(receiver, sender, GetParam().may_duplicate ? 3 * Sender::kBatch : 0);
  EXPECT_EQ(sender.health().failed_attempts, GetParam().fault.kind == Kind::kReadsSlowly ? 0U : 3U);
}

TEST_P(EveryFault, costs_no_span_in_the_midst_of_an_outage_and_a_restart) {
  FaultReceiver receiver;
  receiver.otherwise(GetParam().fault.kind == Kind::kReadsSlowly ? Fault{Kind::kCloses} : GetParam().fault);
  Sender sender(to(receiver));
  sender.send(40);
  ASSERT_TRUE(receiver.wait_for_attempts(1, std::chrono::seconds(20)));
  receiver.stop();
  sender.send(40);
  sender.flush();
  sender.start();
  receiver.start();
  receiver.otherwise({});
  sender.send(40);
  ASSERT_TRUE(sender.drain());
  const SpanLedger::Account account = receiver.ledger().account(sender.sent());
  EXPECT_EQ(account.missing, 0U) << "from " << account.first_missing << " to " << account.last_missing;
  EXPECT_EQ(account.strangers, 0U);
  if (!GetParam().may_duplicate) {
    EXPECT_EQ(account.duplicates, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Http, EveryFault,
    ::testing::Values(NamedFault{"status_429", {Kind::kStatus, "429 Too Many Requests"}},
                      NamedFault{"status_502", {Kind::kStatus, "502 Bad Gateway"}},
                      NamedFault{"status_503", {Kind::kStatus, "503 Service Unavailable"}},
                      NamedFault{"status_504", {Kind::kStatus, "504 Gateway Timeout"}},
                      NamedFault{"resets", {Kind::kResets}}, NamedFault{"closes", {Kind::kCloses}},
                      NamedFault{"half_answer", {Kind::kHalfAnswer}}, NamedFault{"garbage", {Kind::kGarbage}},
                      NamedFault{"stalls", {Kind::kStalls}},
                      NamedFault{"takes_and_resets", {Kind::kTakesAndResets}, true},
                      NamedFault{"reads_slowly", {Kind::kReadsSlowly}}),
    [](const auto& named) { return named.param.name; });

TEST(HttpFaults, retry_after_is_waited_for) {
  FaultReceiver receiver;
  receiver.script({{Kind::kStatus, "503 Service Unavailable", "Retry-After: 1\r\n"}});
  Sender sender(to(receiver));
  sender.send(10);
  ASSERT_TRUE(receiver.wait_for_attempts(2, std::chrono::seconds(20)));  // without a flush, which hurries it
  const auto attempts = receiver.attempts();
  EXPECT_GE(attempts[1] - attempts[0], milliseconds(1'000));
  expect_all(receiver, sender);
}

TEST(HttpFaults, a_receiver_that_comes_and_goes_gets_all) {
  FaultReceiver receiver;
  Sender sender(to(receiver));
  for (int round = 0; round < 10; ++round) {
    sender.send(50);
    if (round % 2 == 0) sender.flush();
    receiver.stop();
    sender.send(50);
    sender.flush();
    receiver.start();
  }
  // A request may have been taken whose answer the stop cut off, each time.
  expect_all(receiver, sender, 10 * Sender::kBatch);
}

TEST(HttpFaults, what_is_too_large_goes_in_pieces) {
  FaultReceiver receiver;
  receiver.take_at_most(3);
  Sender sender(to(receiver));
  sender.send(100);
  expect_all(receiver, sender);
}

TEST(HttpFaults, what_is_refused_is_counted_and_not_sent_again) {
  for (const char* status :
       {"400 Bad Request", "401 Unauthorized", "404 Not Found", "500 Oops", "301 Moved"}) {
    FaultReceiver receiver;
    FaultReceiver elsewhere;
    receiver.script(std::vector<Fault>(2, {Kind::kStatus, status, "Location: " + elsewhere.url() + "\r\n"}));
    Sender sender(to(receiver));
    sender.send(100);
    ASSERT_TRUE(sender.drain()) << status;
    const telemetry::ExporterHealth health = sender.health();
    EXPECT_GT(health.rejected_spans, 0U) << status;
    EXPECT_LE(health.rejected_spans, 2 * Sender::kBatch) << status;
    EXPECT_EQ(health.exported_spans + health.rejected_spans, 100U) << status;
    EXPECT_EQ(receiver.ledger().arrived(), health.exported_spans) << status;
    EXPECT_EQ(elsewhere.attempts().size(), 0U) << status;
  }
}

TEST(HttpFaults, a_certificate_for_another_name_is_refused_and_what_was_spooled_goes_to_the_right_one) {
  const telemetry::test::Certificates certificates;
  FaultReceiver wrong(certificates.server("DNS:elsewhere.example"));
  OtlpOptions options = to(wrong);
  options.certificate = certificates.authority();
  Sender sender(options);
  sender.send(50);
  sender.flush();
  EXPECT_EQ(sender.health().state, telemetry::ExporterState::kSpooling);
  EXPECT_THAT(sender.health().last_error, HasSubstr("127.0.0.1"));
  EXPECT_EQ(wrong.ledger().arrived(), 0U);
  wrong.stop();
  // The certificate that it reads at each connection is another one now.
  certificates.server();
  wrong.start();
  expect_all(wrong, sender);
}

}  // namespace
}  // namespace container_kit::tests
