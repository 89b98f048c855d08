// What a client of the running program sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/running_server.h"

namespace container_kit::tests {
namespace {

using kit::http::Answer;
using kit::http::get;
using kit::http::post;
using kit::http::RawClient;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kCall = "/api/tools/execute";

class Serve : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server = std::make_unique<RunningServer>();
    server->folder().write("package.json", R"({"name":"shop","dependencies":{"express":"^4.18.2"}})");
    server->folder().write("index.js", "require('express')().listen(3000);\n");
  }
  static void TearDownTestSuite() { server.reset(); }

  static Answer ask(const std::string& bytes) { return server->ask(bytes); }
  static std::unique_ptr<RunningServer> server;
};

std::unique_ptr<RunningServer> Serve::server;

TEST_F(Serve, analyses_a_repository) {
  const auto answer = ask(analyze_call(server->root()));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, AllOf(StartsWith(R"({"tool":"analyze","result":{)"), HasSubstr("\"JavaScript\""),
                                 HasSubstr("\"Express\"")));
  EXPECT_THAT(answer.body,
              ::testing::ContainsRegex("\"trace_id\":\"[0-9a-f]{32}\",\"duration_ms\":[0-9.]+}$"));
}

TEST_F(Serve, lists_analyze_with_its_schema) {
  const auto answer = ask(get("/api/tools"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("name":"analyze")"), HasSubstr(R"("required":["path"])")));
}

TEST_F(Serve, says_how_it_is) {
  EXPECT_EQ(ask(get("/health")).body, R"({"status":"ok"})");
  EXPECT_EQ(ask(get("/ready")).body, R"({"status":"ready"})");
  EXPECT_THAT(ask(get("/health/telemetry")).body, HasSubstr(R"("initialized":true)"));
  EXPECT_EQ(ask(get("/")).status, 404);
}

TEST_F(Serve, continues_the_trace_that_arrives) {
  const auto answer = ask(analyze_call(
      server->root(), "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
  EXPECT_THAT(answer.header("traceparent"),
              MatchesRegex("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01"));
  EXPECT_THAT(answer.header("traceparent"), Not(HasSubstr("b7ad6b7169203331")));
  EXPECT_THAT(answer.body, HasSubstr(R"("trace_id":"0af7651916cd43dd8448eb211c80319c")"));
}

TEST_F(Serve, starts_a_trace_where_none_or_nonsense_arrives) {
  const auto answer = ask(analyze_call(server->root(), "traceparent: 00-zz-zz-01\r\n"));
  EXPECT_THAT(answer.header("traceparent"), MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]"));
}

TEST_F(Serve, counts_what_it_does) {
  RunningServer fresh;
  EXPECT_EQ(fresh.ask(analyze_call(fresh.root())).status, 200);
  EXPECT_EQ(fresh.ask(analyze_call(fresh.root() / "absent")).status, 404);
  EXPECT_EQ(fresh.ask(post(kCall, R"({"tool":"made-up"})")).status, 404);
  EXPECT_EQ(fresh.ask(get("/made-up")).status, 404);
  const auto answer = fresh.ask(get("/metrics"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line :
       {"\ntool_execution_total{tool_name=\"analyze\"} 2\n", "\ntool_errors_total{tool_name=\"analyze\"} 1\n",
        "\ntool_execution_duration_seconds_count{tool_name=\"analyze\"} 2\n",
        "\nhttp_requests_total{http_method=\"POST\",http_route=\"/api/tools/"
        "execute\",http_status_code=\"200\"} 1\n",
        "\nhttp_requests_total{http_method=\"GET\",http_route=\"_unknown\",http_status_code=\"404\"} 1\n",
        "\nhttp_requests_in_flight{http_method=\"POST\",http_route=\"/api/tools/execute\"} 0\n",
        "\nhttp_request_duration_seconds_count{http_method=\"POST\",http_route=\"/api/tools/execute\","
        "http_status_code=\"404\"} 2\n"}) {
    EXPECT_THAT(answer.body, HasSubstr(line));
  }
  EXPECT_THAT(answer.body, Not(HasSubstr("made-up")));
}

TEST_F(Serve, metrics_come_as_openmetrics_when_asked) {
  const auto answer =
      ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: application/openmetrics-text; "
          "version=1.0.0\r\n\r\n");
  EXPECT_THAT(answer.header("Content-Type"), StartsWith("application/openmetrics-text"));
  EXPECT_THAT(answer.body, ::testing::EndsWith("# EOF\n"));
}

struct Bad {
  const char* what;
  std::string bytes;
  int status;
  const char* code;
  const char* field;
};

class BadInput : public Serve, public ::testing::WithParamInterface<Bad> {};

TEST_P(BadInput, gets_a_clear_error_and_the_server_goes_on) {
  const auto answer = ask(GetParam().bytes);
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_THAT(answer.body,
              StartsWith(std::string(R"({"error":{"code":")") + GetParam().code + "\",\"message\":\""));
  EXPECT_THAT(answer.body, ::testing::EndsWith(std::string("\"field\":") + GetParam().field + "}}"));
  EXPECT_EQ(ask(get("/health")).status, 200);
}

std::string call(const std::string& body) {
  return post(kCall, body);
}

INSTANTIATE_TEST_SUITE_P(
    Serve, BadInput,
    ::testing::Values(
        Bad{"malformed_json", call("{\"tool\":"), 400, "malformed_json", "null"},
        Bad{"unknown_tool", call(R"({"tool":"nope"})"), 404, "tool_not_found", "\"tool\""},
        Bad{"missing_argument", call(R"({"tool":"analyze","arguments":{}})"), 400, "invalid_argument",
            "\"path\""},
        Bad{"wrong_argument", call(R"({"tool":"analyze","arguments":{"path":7}})"), 400, "invalid_argument",
            "\"path\""},
        Bad{"unknown_argument", call(R"({"tool":"analyze","arguments":{"path":"/","x":1}})"), 400,
            "invalid_argument", "\"x\""},
        Bad{"outside_the_roots", analyze_call("/etc"), 403, "path_not_allowed", "\"path\""},
        Bad{"outside_and_absent", analyze_call("/no/such/folder"), 403, "path_not_allowed", "\"path\""},
        Bad{"out_by_dots", analyze_call("../../../../../../etc"), 403, "path_not_allowed", "\"path\""},
        Bad{"absent", analyze_call("absent"), 404, "path_not_found", "\"path\""},
        Bad{"large_body", call(std::string(1024 * 1024 + 1, ' ')), 413, "body_too_large", "null"},
        Bad{"large_header", "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20000, 'x') + "\r\n\r\n",
            431, "headers_too_large", "null"},
        Bad{"no_json", "POST /api/tools/execute HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
            415, "unsupported_media_type", "\"Content-Type\""},
        Bad{"wrong_method", "PUT /health HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "method_not_allowed",
            "null"},
        Bad{"unknown_path", get("/nope"), 404, "not_found", "null"},
        Bad{"rebound_host", "GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, "host_not_allowed",
            "\"Host\""},
        Bad{"garbage", std::string("\x00\xff\x16\x03 what\r\n\r\n", 13), 400, "bad_request", "null"}),
    [](const auto& test) { return std::string(test.param.what); });

TEST_F(Serve, a_half_sent_request_does_not_hold_up_others) {
  RawClient half(server->port());
  half.send("POST /api/tools/execute HTTP/1.1\r\nHost: loc");
  EXPECT_EQ(ask(get("/health")).status, 200);
  half.finish_sending();
  EXPECT_EQ(half.read().status, 400);
}

}  // namespace
}  // namespace container_kit::tests
