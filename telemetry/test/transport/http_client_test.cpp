#include "transport/http_client.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/certificates.h"
#include "support/http2_receiver.h"
#include "support/loopback_receiver.h"
#include "support/tunnel_proxy.h"
#include "transport/compress.h"

namespace container_kit::telemetry::transport {
namespace {

using test::LoopbackReceiver;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using Manner = LoopbackReceiver::Manner;

const std::map<std::string, std::string> kNoHeaders;

base::Deadline soon() {
  return base::Deadline::after(std::chrono::seconds(20));
}

HttpResponse post(const std::string& url, HttpClientOptions options = {}, std::string_view body = "body") {
  HttpClient client(std::move(options));
  return client.post({url, kNoHeaders, body}, soon());
}

// Set as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

std::string answer(const std::string& headers, const std::string& body) {
  return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

TEST(HttpClient, sends_headers_as_they_are_and_empty_ones_too) {
  const LoopbackReceiver receiver(Manner::kAnswers);
  HttpClient client;
  const std::map<std::string, std::string> headers{{"Api-Key", "a: b=c"}, {"Empty", ""}};
  EXPECT_EQ(client.post({receiver.url(), headers, "body"}, soon()).status, 200);
  EXPECT_THAT(receiver.heads().at(0), HasSubstr("Api-Key: a: b=c\r\n"));
  EXPECT_THAT(receiver.heads().at(0), HasSubstr("Empty:\r\n"));
  EXPECT_THAT(receiver.heads().at(0), Not(HasSubstr("Expect")));
}

TEST(HttpClient, gives_the_headers_of_the_last_answer) {
  LoopbackReceiver receiver(Manner::kAnswers);
  receiver.answer_with("HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\n" + answer("X-Late:  two words \r\n", ""));
  const HttpResponse response = post(receiver.url());
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.headers, ::testing::Contains(::testing::Pair("x-late", "two words")));
  EXPECT_THAT(response.headers, Not(::testing::Contains(::testing::Key("x-early"))));
}

TEST(HttpClient, does_not_unpack_an_answer) {
  std::string bomb;
  ASSERT_TRUE(compress(OtlpCompression::kGzip, std::string(std::size_t{256} << 20, '\0'), bomb));
  ASSERT_LT(bomb.size(), std::size_t{4} << 20);
  LoopbackReceiver receiver(Manner::kAnswers);
  receiver.answer_with(answer("Content-Encoding: gzip\r\n", bomb));
  EXPECT_EQ(post(receiver.url()).body, bomb);
  EXPECT_THAT(receiver.heads().at(0), Not(HasSubstr("Accept-Encoding")));
}

TEST(HttpClient, an_answer_that_is_too_large_is_none) {
  LoopbackReceiver receiver(Manner::kAnswers);
  const std::string whole((std::size_t{4} << 20), 'x');
  receiver.answer_with(answer("", whole));
  EXPECT_EQ(post(receiver.url()).body.size(), whole.size());
  receiver.answer_with(answer("", whole + "x"));
  EXPECT_EQ(post(receiver.url()).status, 0);
}

TEST(HttpClient, headers_without_end_are_no_answer) {
  LoopbackReceiver receiver(Manner::kAnswers);
  std::string many;
  while (many.size() < 100'000) many += "X-Padding: " + std::string(1'000, 'x') + "\r\n";
  receiver.answer_with(answer(many, ""));
  const HttpResponse response = post(receiver.url());
  EXPECT_EQ(response.status, 0);
  EXPECT_THAT(response.error, Not(IsEmpty()));
}

TEST(HttpClient, bounds_how_long_it_is_asked_to_wait) {
  LoopbackReceiver receiver(Manner::kAnswers);
  const auto wait_of = [&](const std::string& value) {
    receiver.answer_with(answer("Retry-After: " + value + "\r\n", ""));
    return post(receiver.url()).retry_after;
  };
  EXPECT_EQ(wait_of("7"), std::chrono::seconds(7));
  EXPECT_EQ(wait_of("999999999"), std::chrono::hours(1));
  EXPECT_EQ(wait_of("Fri, 31 Dec 2100 23:59:59 GMT"), std::chrono::hours(1));
  EXPECT_EQ(wait_of("-5"), std::nullopt);
  EXPECT_EQ(wait_of("soon"), std::nullopt);
}

TEST(HttpClient, goes_through_the_proxy_of_the_environment) {
  const LoopbackReceiver proxy(Manner::kAnswers);
  const Variable http_proxy("http_proxy", proxy.url());
  EXPECT_EQ(post("http://telemetry.invalid:4318/v1/traces").status, 200);
  EXPECT_THAT(proxy.heads().at(0), StartsWith("POST http://telemetry.invalid:4318/v1/traces HTTP/1.1\r\n"));
  const Variable no_proxy("NO_PROXY", "telemetry.invalid");
  EXPECT_EQ(post("http://telemetry.invalid:4318/v1/traces").status, 0);
  EXPECT_EQ(proxy.heads().size(), 1U);
}

TEST(HttpClient, makes_a_tunnel_for_http2) {
  test::Http2Receiver receiver;
  const test::TunnelProxy proxy(receiver.server().port());
  const Variable http_proxy("http_proxy", proxy.url());
  const HttpResponse response = post("http://telemetry.invalid:4317/x", {HttpVersion::kHttp2});
  EXPECT_EQ(response.status, 200) << response.error;
  EXPECT_THAT(response.headers, Not(::testing::Contains(::testing::Key("x-from"))));
  EXPECT_EQ(receiver.requests().at(0).headers.at(":authority"), "telemetry.invalid:4317");
  EXPECT_THAT(proxy.asked().at(0), StartsWith("CONNECT telemetry.invalid:4317 "));
}

TEST(HttpClient, makes_a_tunnel_for_tls) {
  const test::Certificates certificates;
  test::Http2Receiver receiver(certificates.server("DNS:telemetry.invalid"));
  const test::TunnelProxy proxy(receiver.server().port());
  const Variable https_proxy("HTTPS_PROXY", proxy.url());
  const HttpResponse response =
      post("https://telemetry.invalid:4318/v1/traces", {HttpVersion::kAny, {certificates.authority()}});
  EXPECT_EQ(response.status, 200) << response.error;
  EXPECT_THAT(proxy.asked().at(0), StartsWith("CONNECT telemetry.invalid:4318 "));
}

TEST(HttpClient, a_file_that_is_missing_is_named) {
  const test::Certificates certificates;
  const test::Http2Receiver receiver(certificates.server());
  const HttpResponse response = post(receiver.url(), {HttpVersion::kAny, {"/nowhere/authority.pem"}});
  EXPECT_EQ(response.status, 0);
  EXPECT_THAT(response.error, HasSubstr("/nowhere/authority.pem"));
}

// The process has SIGPIPE's default, which would end it.
TEST(HttpClient, a_receiver_that_breaks_the_connection_off_does_not_end_the_process) {
  const std::string large(std::size_t{8} << 20, 'x');
  const test::Certificates certificates;
  const auto break_off = [](test::Channel& channel) {
    channel.read(1'000);
    channel.reset_when_closed();
  };
  const test::SocketServer plain(break_off);
  const test::SocketServer secure(break_off, certificates.server());
  for (int count = 0; count < 10; ++count) {
    const HttpClientOptions options{HttpVersion::kAny, {certificates.authority()}};
    EXPECT_EQ(post("http://127.0.0.1:" + std::to_string(plain.port()), {}, large).status, 0);
    EXPECT_EQ(post("https://127.0.0.1:" + std::to_string(secure.port()), options, large).status, 0);
  }
}

}  // namespace
}  // namespace container_kit::telemetry::transport
