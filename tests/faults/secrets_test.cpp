// Keys are never logged, nor shown by /health/telemetry, whatever goes wrong.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fault_receiver.h"
#include "support/http2_receiver.h"
#include "support/sender.h"

namespace container_kit::tests {
namespace {

using std::chrono::milliseconds;
using telemetry::OtlpOptions;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecret = "s3cr3t-k3y";

class SecretsTest : public ::testing::Test {
 protected:
  void write_file(const std::string& text) const {
    std::ofstream(file_ + ".new") << text;
    std::filesystem::rename(file_ + ".new", file_);
  }
  OtlpOptions options(std::string endpoint) const {
    endpoint.insert(endpoint.find("://") + 3, std::string("user:") + kSecret + "@");
    return {.endpoint = std::move(endpoint),
            .timeout = milliseconds(300),
            .headers = {{"authorization", kSecret}},
            .headers_file = file_};
  }
  static void expect_no_secret(Sender& sender) {
    EXPECT_THAT(sender.log(), Not(HasSubstr(kSecret)));
    EXPECT_THAT(sender.manager().health().to_json(), Not(HasSubstr(kSecret)));
  }

  telemetry::test::MemoryFolder folder_;
  std::string file_ = folder_.path() + "/headers";
};

TEST_F(SecretsTest, are_in_no_log_whatever_the_receiver_does) {
  write_file(std::string("api-key=") + kSecret);
  for (const Fault& fault :
       {Fault{Fault::Kind::kStatus, "401 Unauthorized"}, Fault{Fault::Kind::kStatus, "503 Away"},
        Fault{Fault::Kind::kGarbage}, Fault{Fault::Kind::kStalls}}) {
    FaultReceiver receiver;
    receiver.otherwise(fault);
    Sender sender(options(receiver.url()));
    sender.send(20);
    sender.flush();
    EXPECT_THAT(sender.log(), Not(::testing::IsEmpty()));
    expect_no_secret(sender);
  }
}

TEST_F(SecretsTest, a_file_that_cannot_be_used_is_named_and_what_should_have_gone_with_it_waits) {
  write_file(std::string(kSecret) + "\n");  // the name is missing
  FaultReceiver receiver;
  Sender sender(options(receiver.url()));
  sender.send(20);
  sender.flush();
  EXPECT_THAT(sender.log(), HasSubstr(file_));
  EXPECT_THAT(sender.health().last_error, HasSubstr(file_));
  expect_no_secret(sender);
  EXPECT_EQ(receiver.attempts().size(), 0U);
  write_file(std::string("api-key=") + kSecret);
  ASSERT_TRUE(sender.drain());
  EXPECT_EQ(receiver.ledger().account(20).missing, 0U);
}

TEST_F(SecretsTest, a_key_is_rotated_without_a_restart) {
  telemetry::test::Http2Receiver receiver;
  OtlpOptions grpc = options(receiver.url());
  grpc.endpoint = receiver.url();
  grpc.protocol = telemetry::OtlpProtocol::kGrpc;
  write_file("api-key=one");
  Sender sender(grpc);
  sender.send(1);
  sender.flush();
  write_file("api-key=two");
  sender.send(1);
  sender.flush();
  ASSERT_EQ(receiver.requests().size(), 2U);
  EXPECT_EQ(receiver.requests()[0].headers.at("api-key"), "one");
  EXPECT_EQ(receiver.requests()[1].headers.at("api-key"), "two");
  EXPECT_EQ(receiver.requests()[1].headers.at("authorization"), kSecret);
}

}  // namespace
}  // namespace container_kit::tests
