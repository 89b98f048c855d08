#include "http/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_server.h"

namespace container_kit::kit::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string kEcho = post("/api/tools/execute", R"({"tool":"echo","arguments":{"text":"x"}})");

std::string execute_head(const std::string& headers) {
  return "POST /api/tools/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         headers + "\r\n\r\n";
}

TEST(Connection, is_kept_for_the_next_request) {
  TestServer server;
  auto client = server.client();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask(get("/health"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Connection"), "keep-alive");
  }
}

TEST(Connection, pipelined_requests_are_answered_in_order) {
  TestServer server;
  auto client = server.client();
  client.send(get("/health") + kEcho + get("/nope") + get("/ready"));
  EXPECT_EQ(client.read().body, R"({"status":"ok"})");
  EXPECT_THAT(client.read().body, HasSubstr(R"("result":"x")"));
  EXPECT_EQ(client.read().status, 404);
  EXPECT_EQ(client.read().body, R"({"status":"ready"})");
}

TEST(Connection, closes_when_asked_to_and_for_http_1_0) {
  TestServer server;
  auto asking = server.client();
  EXPECT_EQ(asking.ask("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").status, 200);
  EXPECT_TRUE(asking.closed_by_server());
  auto old = server.client();
  EXPECT_EQ(old.ask("GET /health HTTP/1.0\r\n\r\n").header("Connection"), "close");
  EXPECT_TRUE(old.closed_by_server());
}

TEST(Connection, head_has_the_length_and_no_body) {
  TestServer server;
  auto client = server.client();
  client.send("HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/health"));
  const auto head = client.read(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "15");
  EXPECT_EQ(client.read().body, R"({"status":"ok"})");
}

TEST(Connection, the_bytes_may_come_one_by_one) {
  TestServer server;
  auto client = server.client();
  for (const char byte : kEcho) client.send(std::string_view(&byte, 1));
  EXPECT_EQ(client.read().status, 200);
}

TEST(Connection, chunked_bodies_are_read) {
  TestServer server;
  auto client = server.client();
  const auto answer =
      client.ask(execute_head("Transfer-Encoding: chunked") +
                 "a\r\n{\"tool\":\"e\r\n20;x=y\r\ncho\",\"arguments\":{\"text\":\"hey\"}}\r\n0\r\n\r\n");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(client.ask(kEcho).status, 200);
}

TEST(Connection, continue_is_said_before_a_body_that_waits_for_it) {
  TestServer server;
  auto client = server.client();
  const std::string body = R"({"tool":"echo","arguments":{"text":"x"}})";
  const auto go_on =
      client.ask(execute_head("Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size())));
  EXPECT_EQ(go_on.status, 100);
  EXPECT_EQ(client.ask(body).status, 200);
  EXPECT_EQ(client.ask(get("/health")).status, 200);
}

TEST(Connection, continue_is_not_said_to_a_request_that_will_be_refused) {
  TestServer server;
  auto client = server.client();
  const auto answer = client.ask(
      "POST /nope HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server.client().ask(execute_head("Expect: 100-continue\r\nContent-Length: 9999999")).status, 413);
}

TEST(Connection, a_refused_request_with_a_body_leaves_the_connection_usable) {
  TestServer server;
  auto client = server.client();
  EXPECT_EQ(client.ask(post("/nope", "{}")).status, 404);
  EXPECT_EQ(client.ask(post("/health", "{}")).status, 405);
  EXPECT_EQ(
      client.ask("POST /api/tools/execute HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}").status,
      415);
  EXPECT_EQ(client.ask(kEcho).status, 200);
}

struct Refused {
  const char* what;
  std::string bytes;
  int status;
  const char* code;
};

class RefusedRequests : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedRequests, get_a_clear_answer_and_the_server_goes_on) {
  TestServer server;
  auto client = server.client();
  client.send(GetParam().bytes);
  const auto answer = client.read();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr(std::string(R"({"error":{"code":")") + GetParam().code + '"'));
  EXPECT_EQ(server.client().ask(kEcho).status, 200);
}

INSTANTIATE_TEST_SUITE_P(
    Connection, RefusedRequests,
    ::testing::Values(
        Refused{"garbage", std::string("\0\1\2\377garbage\r\n\r\n", 14), 400, "bad_request"},
        Refused{"a TLS hello", "\x16\x03\x01\x02\r\n\r\n", 400, "bad_request"},
        Refused{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http_version_not_supported"},
        Refused{"a space in a header's name", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400,
                "bad_request"},
        Refused{"no host", "GET /health HTTP/1.1\r\n\r\n", 400, "bad_request"},
        Refused{"two hosts", "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400,
                "bad_request"},
        Refused{"another host", "GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421,
                "host_not_allowed"},
        Refused{"two lengths", execute_head("Content-Length: 2\r\nContent-Length: 3") + "{}", 400,
                "bad_request"},
        Refused{"a length that is none", execute_head("Content-Length: -1"), 400, "bad_request"},
        Refused{"length and chunks",
                execute_head("Content-Length: 2\r\nTransfer-Encoding: chunked") + "0\r\n\r\n", 400,
                "bad_request"},
        Refused{"an unknown coding", execute_head("Transfer-Encoding: gzip"), 501, "not_implemented"},
        Refused{"a chunk that is none", execute_head("Transfer-Encoding: chunked") + "zz\r\n", 400,
                "bad_request"},
        Refused{"an unknown expectation", execute_head("Expect: magic\r\nContent-Length: 2"), 417,
                "expectation_failed"},
        Refused{"a compressed body", execute_head("Content-Encoding: gzip\r\nContent-Length: 2") + "{}", 415,
                "unsupported_media_type"},
        Refused{"a large header",
                "GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(17000, 'x') + "\r\n\r\n", 431,
                "headers_too_large"},
        Refused{"a long target", "GET /" + std::string(200000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                431, "headers_too_large"},
        Refused{"a body announced too large", execute_head("Content-Length: 1048577"), 413, "body_too_large"},
        Refused{"a body of chunks too large",
                execute_head("Transfer-Encoding: chunked") + "100001\r\n" + std::string(0x100001, ' ') +
                    "\r\n0\r\n\r\n",
                413, "body_too_large"},
        Refused{"an unknown method", "BREW /health HTTP/1.1\r\nHost: localhost\r\n\r\n", 405,
                "method_not_allowed"}),
    [](const auto& test) {
      std::string name = test.param.what;
      for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
      return name;
    });

TEST(Connection, a_body_of_exactly_the_limit_is_read) {
  TestServer server;
  const std::string body = R"({"tool":"nope"})" + std::string(1024 * 1024 - 15, ' ');
  EXPECT_EQ(server.client().ask(post("/api/tools/execute", body)).status, 404);
}

TEST(Connection, a_large_body_sent_in_spite_of_its_refusal_does_not_lose_the_answer) {
  TestServer server;
  auto client = server.client();
  const std::string body(4 * 1024 * 1024, ' ');
  client.send(post("/api/tools/execute", body));
  EXPECT_EQ(client.read().status, 413);
}

TEST(Connection, a_request_that_ends_early_is_told_so) {
  TestServer server;
  auto client = server.client();
  client.send(execute_head("Content-Length: 100") + "{");
  client.finish_sending();
  const auto answer = client.read();
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("ended before it was complete"));
}

ServerConfig impatient() {
  ServerConfig config;
  config.limits.read = 30ms;
  config.limits.linger = 30ms;
  return config;
}

TEST(Connection, half_sent_headers_time_out) {
  TestServer server(impatient());
  auto client = server.client();
  const auto answer = client.ask("GET /health HT");
  EXPECT_EQ(answer.status, 408);
  EXPECT_THAT(answer.body, HasSubstr(R"("code":"request_timeout")"));
  EXPECT_TRUE(client.closed_by_server());
}

TEST(Connection, a_half_sent_body_times_out) {
  TestServer server(impatient());
  auto client = server.client();
  EXPECT_EQ(client.ask(execute_head("Content-Length: 100") + "{").status, 408);
  EXPECT_TRUE(client.closed_by_server());
}

TEST(Connection, a_silent_one_is_closed_without_a_word) {
  auto config = impatient();
  config.limits.idle = 30ms;
  TestServer server(config);
  auto fresh = server.client();
  EXPECT_TRUE(fresh.closed_by_server());
}

TEST(Connection, one_that_falls_silent_after_a_request_is_closed_without_a_word) {
  ServerConfig config;
  config.limits.idle = 500ms;  // enough for the client to send its request on a busy machine
  TestServer server(config);
  auto used = server.client();
  EXPECT_EQ(used.ask(get("/health")).status, 200);
  EXPECT_TRUE(used.closed_by_server());
}

TEST(Connection, a_running_call_is_no_silence) {
  TestServer server(impatient());
  auto client = server.client();
  client.send(post("/api/tools/execute", R"({"tool":"wait"})"));
  ASSERT_TRUE(server.waiting().wait_for_calls(1));
  EXPECT_EQ(server.client().ask("GET").status, 408);  // so the deadline has passed for the call, too
  server.waiting().let_go();
  EXPECT_EQ(client.read().status, 200);
}

TEST(Connection, one_too_many_is_told_so) {
  ServerConfig config;
  config.limits.connections = 2;
  config.limits.linger = 30ms;
  TestServer server(config);
  auto first = server.client();
  auto second = server.client();
  ASSERT_EQ(first.ask(get("/health")).status, 200);
  ASSERT_EQ(second.ask(get("/health")).status, 200);
  auto third = server.client();
  const auto answer = third.read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("too_many_connections"));
  EXPECT_EQ(first.ask(get("/health")).status, 200);
}

}  // namespace
}  // namespace container_kit::kit::http
