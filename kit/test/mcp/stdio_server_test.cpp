// MCP over pipes, in this process.
#include <cstdlib>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/pipeline_tool.h"
#include "support/folder.h"
#include "support/stdio_client.h"

namespace container_kit::kit::mcp {
namespace {

using ::testing::HasSubstr;

TEST(McpOverStdio, begins_with_initialize) {
  StdioClient client;
  EXPECT_THAT(client.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})"),
              HasSubstr("begin with initialize"));
  EXPECT_EQ(client.ask(R"({"jsonrpc":"2.0","id":2,"method":"ping"})"),
            R"({"jsonrpc":"2.0","id":2,"result":{}})");
  EXPECT_THAT(client.ask(kInitialize), HasSubstr(R"("protocolVersion":"2025-11-25")"));
  EXPECT_THAT(client.ask(kInitialize), HasSubstr("already"));
  EXPECT_THAT(client.ask(R"({"jsonrpc":"2.0","id":3,"method":"tools/list"})"), HasSubstr(R"("name":"echo")"));
}

TEST(McpOverStdio, serves_the_stateless_era_beside_it) {
  StdioClient client;
  const auto answer = client.ask(
      R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{)"
      R"("io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})");
  EXPECT_THAT(answer, HasSubstr(R"("resultType":"complete")"));
  EXPECT_THAT(client.ask(R"({"jsonrpc":"2.0","id":2,"method":"server/discover"})"), HasSubstr("-32602"));
}

TEST(McpOverStdio, answers_garbage_and_goes_on) {
  StdioConfig config;
  config.limits.line_bytes = 200;
  StdioClient client(config);
  EXPECT_THAT(client.ask("garbage"), HasSubstr("-32700"));
  EXPECT_THAT(client.ask(std::string("\x00\xff\x01", 3)), HasSubstr("-32700"));
  EXPECT_THAT(client.ask(std::string(5'000, '[')), HasSubstr("larger than 200 bytes"));
  EXPECT_THAT(client.ask("[]"), HasSubstr("-32600"));
  client.send("\n\r\n{\"jsonrpc\":\"2.0\",\"id\":");
  client.send("7,\"method\":\"ping\"}\r\n");
  EXPECT_EQ(client.read_line(), R"({"jsonrpc":"2.0","id":7,"result":{}})");
}

TEST(McpOverStdio, tools_that_wait_for_programs_hold_up_no_other) {
  StdioConfig config;
  config.tool_threads = 1;
  std::vector<std::unique_ptr<Tool>> tools;
  tools.push_back(std::make_unique<http::EngineTool>());
  const auto& engine = static_cast<const http::EngineTool&>(*tools.front());
  StdioClient client(config, std::move(tools));
  client.ask(kInitialize);
  for (const char* id : {"2", "3"}) {
    client.send_line(R"({"jsonrpc":"2.0","id":)" + std::string(id) +
                     R"(,"method":"tools/call","params":{"name":"engine"}})");
  }
  ASSERT_TRUE(engine.wait_for_calls(2));
  EXPECT_THAT(
      client.ask(
          R"({"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x"}}})"),
      HasSubstr("\"id\":4"));
  engine.let_go();
}

TEST(McpOverStdio, a_run_is_named_by_the_first_progress) {
  const Folder state;
  ::setenv("CONTAINER_KIT_STATE_DIR", state.path().c_str(), 1);
  std::vector<std::unique_ptr<Tool>> tools;
  tools.push_back(pipeline::make_pipeline_tool(
      "greet", "Says it", {},
      "pipeline: greet\nstages:\n  - {name: say, tool: echo, arguments: {text: hi}}\n"));
  StdioClient client({}, std::move(tools));
  client.ask(kInitialize);
  const auto first = client.ask(
      R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"greet","_meta":{"progressToken":"t"}}})");
  EXPECT_THAT(first, HasSubstr(R"("method":"notifications/progress")"));
  constexpr std::string_view kResume = "resume=";
  const auto at = first.find(kResume);
  ASSERT_NE(at, std::string::npos) << first;
  const std::string id = first.substr(at + kResume.size(), 16);
  EXPECT_THAT(client.read_line(), HasSubstr("say: started"));
  EXPECT_THAT(client.read_line(), HasSubstr("say: succeeded"));
  EXPECT_THAT(client.read_line(), HasSubstr("\"run\":\"" + id + "\""));
  ::unsetenv("CONTAINER_KIT_STATE_DIR");
}

TEST(McpOverStdio, a_ping_gets_through_while_a_tool_works_and_a_cancelled_one_says_nothing) {
  StdioClient client;
  client.ask(kInitialize);
  client.send_line(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wait"}})");
  ASSERT_TRUE(client.waiting().wait_for_calls(1));
  EXPECT_EQ(client.ask(R"({"jsonrpc":"2.0","id":3,"method":"ping"})"),
            R"({"jsonrpc":"2.0","id":3,"result":{}})");
  client.send_line(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}})");
  ASSERT_TRUE(client.waiting().wait_for_at_most(0));
  EXPECT_EQ(client.ask(R"({"jsonrpc":"2.0","id":4,"method":"ping"})"),
            R"({"jsonrpc":"2.0","id":4,"result":{}})");
  client.finish();
  EXPECT_EQ(client.read_line(), "") << "the end, with nothing more before it";
}

TEST(McpOverStdio, finishes_what_was_asked_before_the_input_ended) {
  StdioClient client;
  client.ask(kInitialize);
  client.send(
      R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x"}}})");
  client.finish();
  EXPECT_THAT(client.read_line(), HasSubstr(R"("id":2,"result")"));
  EXPECT_EQ(client.read_line(), "");
  EXPECT_EQ(client.outcome(), StopOutcome::kDrained);
}

TEST(McpOverStdio, asks_calls_to_stop_that_outlast_the_end) {
  StdioConfig config;
  config.limits.drain = std::chrono::milliseconds(20);
  StdioClient client(config);
  client.ask(kInitialize);
  client.send_line(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wait"}})");
  ASSERT_TRUE(client.waiting().wait_for_calls(1));
  client.finish();
  EXPECT_EQ(client.outcome(), StopOutcome::kDrained);
}

}  // namespace
}  // namespace container_kit::kit::mcp
