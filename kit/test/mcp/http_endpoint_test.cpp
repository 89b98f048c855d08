// MCP over HTTP by a real server and a client that sends exact bytes.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/kit/conformance.h>

#include "support/test_server.h"

namespace container_kit::kit::http {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

constexpr const char* kInitialize =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},)"
    R"("clientInfo":{"name":"t","version":"1"}}})";

std::string mcp_post(const std::string& body, const std::string& headers = "") {
  return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         "Accept: application/json, text/event-stream\r\n" +
         headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string modern(const std::string& method, const std::string& params = "",
                   const std::string& headers = "") {
  const std::string meta = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                           R"("io.modelcontextprotocol/clientCapabilities":{}})";
  return mcp_post(R"({"jsonrpc":"2.0","id":5,"method":")" + method + R"(","params":{)" + meta +
                      (params.empty() ? "" : "," + params) + "}}",
                  "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: " + method + "\r\n" + headers);
}

std::string in_session(const std::string& id, const std::string& body) {
  return mcp_post(body, "Mcp-Session-Id: " + id + "\r\nMCP-Protocol-Version: 2025-11-25\r\n");
}

std::string begin(RawClient& client) {
  return client.ask(mcp_post(kInitialize)).header("Mcp-Session-Id");
}

json::object result_of(const Answer& answer) {
  return json::parse(answer.body).at("result").as_object();
}

TEST(McpOverHttp, a_session_begins_works_and_ends) {
  TestServer server;
  auto client = server.client();
  const auto hello = client.ask(mcp_post(kInitialize));
  EXPECT_EQ(hello.status, 200);
  EXPECT_EQ(result_of(hello).at("protocolVersion").as_string(), "2025-11-25");
  const auto id = hello.header("Mcp-Session-Id");
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(client.ask(in_session(id, R"({"jsonrpc":"2.0","method":"notifications/initialized"})")).status,
            202);
  EXPECT_EQ(client.ask(in_session(id, R"({"jsonrpc":"2.0","id":2,"method":"ping"})")).body,
            R"({"jsonrpc":"2.0","id":2,"result":{}})");
  const auto called = client.ask(in_session(
      id,
      R"({"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}})"));
  EXPECT_EQ(
      called.body,
      R"({"jsonrpc":"2.0","id":"c","result":{"content":[{"type":"text","text":"\"hi\""}],"isError":false}})");
  const std::string end = "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nMcp-Session-Id: " + id + "\r\n\r\n";
  EXPECT_EQ(client.ask(end).status, 204);
  EXPECT_EQ(client.ask(end).status, 404);
  EXPECT_EQ(client.ask(in_session(id, R"({"jsonrpc":"2.0","id":3,"method":"ping"})")).status, 404);
}

TEST(McpOverHttp, asks_for_a_session_where_none_is_named) {
  TestServer server;
  auto client = server.client();
  EXPECT_EQ(client.ask(mcp_post(R"({"jsonrpc":"2.0","id":3,"method":"ping"})")).status, 400);
  EXPECT_EQ(client.ask(in_session("nonsense", R"({"jsonrpc":"2.0","id":3,"method":"ping"})")).status, 404);
  EXPECT_EQ(client.ask(get("/mcp")).status, 405);
}

TEST(McpOverHttp, agrees_on_the_newest_version_of_its_era) {
  TestServer server;
  auto client = server.client();
  const auto hello = client.ask(mcp_post(
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"1999-01-01","capabilities":{}}})"));
  EXPECT_EQ(result_of(hello).at("protocolVersion").as_string(), "2025-11-25");
}

TEST(McpOverHttp, answers_without_state) {
  TestServer server;
  auto client = server.client();
  const auto discovered = result_of(client.ask(modern("server/discover")));
  EXPECT_EQ(discovered.at("supportedVersions").at(0).as_string(), "2026-07-28");
  EXPECT_EQ(discovered.at("resultType").as_string(), "complete");
  EXPECT_EQ(discovered.at("_meta").at("io.modelcontextprotocol/serverInfo").at("name").as_string(),
            "container-kit");
  const auto listed = result_of(client.ask(modern("tools/list")));
  EXPECT_GE(listed.at("ttlMs").as_int64(), 0);
  EXPECT_EQ(listed.at("cacheScope").as_string(), "public");
  EXPECT_EQ(listed.at("tools").at(0).at("name").as_string(), "echo");
  EXPECT_EQ(listed.at("tools").at(1).at("name").as_string(), "wait");
  const auto called =
      client.ask(modern("tools/call", R"("name":"echo","arguments":{"text":"hi"})", "Mcp-Name: echo\r\n"));
  EXPECT_EQ(called.status, 200);
  EXPECT_EQ(result_of(called).at("content").at(0).at("text").as_string(), "\"hi\"");
}

struct Refusal {
  const char* what;
  std::string bytes;
  int status;
  int code;
};

class McpRefusals : public ::testing::TestWithParam<Refusal> {};

TEST_P(McpRefusals, have_a_status_and_a_code) {
  TestServer server;
  const auto answer = server.client().ask(GetParam().bytes);
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(json::parse(answer.body).at("error").at("code").as_int64(), GetParam().code) << answer.body;
}

INSTANTIATE_TEST_SUITE_P(
    McpOverHttp, McpRefusals,
    ::testing::Values(
        Refusal{"garbage", mcp_post("garbage"), 400, -32700}, Refusal{"a batch", mcp_post("[]"), 400, -32600},
        Refusal{"too deep", mcp_post(std::string(40, '[')), 400, -32600},
        Refusal{"unknown method", modern("no/such"), 404, -32601},
        Refusal{"a method of the other era", modern("initialize"), 404, -32601},
        Refusal{"unknown tool", modern("tools/call", R"("name":"nope")", "Mcp-Name: nope\r\n"), 200, -32602},
        Refusal{"wrong name header", modern("tools/call", R"("name":"echo")", "Mcp-Name: other\r\n"), 400,
                -32020},
        Refusal{"no _meta",
                mcp_post(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})",
                         "MCP-Protocol-Version: 2026-07-28\r\n"),
                400, -32602},
        Refusal{
            "a version nobody speaks",
            mcp_post(
                R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{)"
                R"("io.modelcontextprotocol/protocolVersion":"2099-01-01","io.modelcontextprotocol/clientCapabilities":{}}}})",
                "MCP-Protocol-Version: 2099-01-01\r\nMcp-Method: tools/list\r\n"),
            400, -32022},
        Refusal{"a cursor", modern("tools/list", R"("cursor":"x")"), 200, -32602}));

// A tool's own errors are results, so that a model can do better the next time.
TEST(McpOverHttp, wrong_arguments_are_a_result_that_is_an_error) {
  TestServer server;
  const auto result = result_of(
      server.client().ask(modern("tools/call", R"("name":"echo","arguments":{})", "Mcp-Name: echo\r\n")));
  EXPECT_TRUE(result.at("isError").as_bool());
  EXPECT_THAT(std::string(result.at("content").at(0).at("text").as_string()),
              HasSubstr("invalid_argument: argument 'text'"));
}

// Reads chunks as they come, until the stream ends.
std::string read_stream(RawClient& client, Answer& head) {
  head = client.read(false);
  std::string all;
  while (true) {
    const auto line = client.read_line();
    const auto size = std::stoul(line, nullptr, 16);
    all += client.read_bytes(size);
    client.read_line();
    if (size == 0) return all;
  }
}

TEST(McpOverHttp, progress_comes_as_events_before_the_answer) {
  ServerConfig config;
  config.mcp_extras = conformance_fixtures();
  TestServer server(std::move(config));
  auto client = server.client();
  client.send(mcp_post(
      R"({"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"test_tool_with_progress","_meta":{"progressToken":"t",)"
      R"("io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})",
      "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: test_tool_with_progress\r\n"));
  Answer head;
  const auto events = read_stream(client, head);
  EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
  EXPECT_EQ(head.header("X-Accel-Buffering"), "no");
  const auto first = events.find(R"("progress":0E0)");
  const auto last = events.find(R"("progress":1E2)");
  const auto answer = events.find(R"("id":9,"result")");
  EXPECT_LT(first, last) << events;
  EXPECT_LT(last, answer) << events;
  EXPECT_EQ(client.ask(get("/health")).status, 200) << "the connection goes on";
}

TEST(McpOverHttp, a_cancelled_call_is_asked_to_stop) {
  TestServer server;
  auto worker = server.client();
  const auto id = begin(worker);
  worker.send(in_session(id, R"({"jsonrpc":"2.0","id":"w","method":"tools/call","params":{"name":"wait"}})"));
  ASSERT_TRUE(server.waiting().wait_for_calls(1));
  auto other = server.client();
  EXPECT_EQ(other
                .ask(in_session(
                    id, R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"w"}})"))
                .status,
            202);
  EXPECT_THAT(worker.read().body, HasSubstr("stopped"));
}

TEST(McpOverHttp, a_client_that_leaves_cancels_only_in_the_stateless_era) {
  TestServer server;
  std::string session;
  {
    auto staying = server.client();
    session = begin(staying);
    auto leaving = server.client();
    leaving.send(
        in_session(session, R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait"}})"));
    ASSERT_TRUE(server.waiting().wait_for_calls(1));
    auto modern_client = server.client();
    modern_client.send(modern("tools/call", R"("name":"wait")", "Mcp-Name: wait\r\n"));
    ASSERT_TRUE(server.waiting().wait_for_calls(2));
  }
  EXPECT_TRUE(server.waiting().wait_for_at_most(1));
  EXPECT_FALSE(server.waiting().wait_for_at_most(0, std::chrono::milliseconds(50)));
}

TEST(McpOverHttp, other_origins_are_forbidden) {
  TestServer server;
  auto client = server.client();
  EXPECT_EQ(client.ask(modern("tools/list", "", "Origin: http://evil.example\r\n")).status, 403);
  EXPECT_EQ(client.ask(modern("tools/list", "", "Origin: null\r\n")).status, 403);
  EXPECT_EQ(client.ask(modern("tools/list", "", "Origin: http://localhost:3000\r\n")).status, 200);
}

}  // namespace
}  // namespace container_kit::kit::http
