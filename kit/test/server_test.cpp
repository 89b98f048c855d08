#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/kit/server.h>
#include <container_kit/telemetry/process_metrics.h>

#include "support/test_server.h"

namespace container_kit::kit::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr std::string_view kWait = R"({"tool":"wait"})";

std::string echo(const std::string& text) {
  return post("/api/tools/execute", R"({"tool":"echo","arguments":{"text":")" + text + R"("}})");
}

std::string wait() {
  return post("/api/tools/execute", kWait);
}

// The answer names the trace that it belongs to.
TEST(Server, continues_the_trace_by_the_propagators_of_its_manager) {
  constexpr std::string_view kTrace = "80f198ee56343ba864fe8b2a57d3eff7";
  const std::string request =
      "GET /health HTTP/1.1\r\nHost: localhost\r\nb3: " + std::string(kTrace) + "-e457b5a2e4d86bd1-1\r\n\r\n";
  auto config = telemetry::Config::testing();
  EXPECT_EQ(TestServer({}, config).client().ask(request).header("traceparent"), "");
  config.propagators = {telemetry::PropagationFormat::kB3};
  const std::string answered = TestServer({}, config).client().ask(request).header("traceparent");
  EXPECT_EQ(answered.substr(3, kTrace.size()), kTrace);
}

TEST(Server, runs_a_tool) {
  TestServer server;
  auto client = server.client();
  const auto answer = client.ask(echo("hello"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("result":"hello")"));
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
}

TEST(Server, lists_its_tools) {
  TestServer server;
  const auto answer = server.client().ask(get("/api/tools"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(
      answer.body,
      HasSubstr(
          R"({"name":"echo","title":"echo","description":"Says what it was told","version":"1.2.3","input_schema":{"$schema")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("annotations":{"readOnlyHint":false,"destructiveHint":true,)"));
  EXPECT_THAT(answer.body, HasSubstr(R"("deadline_ms":30000)"));
}

TEST(Server, tells_of_telemetry_what_the_manager_tells) {
  TestServer server;
  const auto answer = server.client().ask(get("/health/telemetry"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.body, server.telemetry().health().to_json());
}

TEST(Server, a_tool_that_throws_is_an_internal_error_that_tells_no_secret) {
  TestServer server;
  auto client = server.client();
  const auto answer = client.ask(echo("throw"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr(R"("code":"internal")"));
  EXPECT_THAT(answer.body, ::testing::Not(HasSubstr("secret")));
  EXPECT_EQ(client.ask(echo("still here")).status, 200);
}

TEST(Server, says_when_a_host_cannot_be_resolved_or_bound) {
  const ToolRegistry none;
  telemetry::Manager telemetry{telemetry::Config::testing()};
  ServerConfig config;
  config.host = "host.invalid";
  EXPECT_THAT(Server(config, none, telemetry).listen().error().message, HasSubstr("the host is not known"));
  config.host = "192.0.2.1";
  EXPECT_THAT(Server(config, none, telemetry).listen().error().message,
              HasSubstr("cannot listen on 192.0.2.1"));
}

TEST(Server, says_when_its_port_is_taken) {
  TestServer first;
  const ToolRegistry none;
  telemetry::Manager telemetry{telemetry::Config::testing()};
  ServerConfig config;
  config.port = first.port();
  const auto listening = Server(config, none, telemetry).listen();
  ASSERT_FALSE(listening.has_value());
  EXPECT_THAT(listening.error().message, HasSubstr("the port is in use; choose another with --port"));
}

TEST(Server, refuses_calls_beyond_its_threads_and_queue) {
  ServerConfig config;
  config.tool_threads = 1;
  config.limits.queued_calls = 0;
  TestServer server(config);
  auto running = server.client();
  running.send(wait());
  ASSERT_TRUE(server.waiting().wait_for_calls(1));
  const auto refused = server.client().ask(echo("too many"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.body, HasSubstr(R"("code":"server_busy")"));
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(server.client().ask(get("/health")).status, 200);
  server.waiting().let_go();
  EXPECT_EQ(running.read().status, 200);
}

TEST(Server, tools_that_wait_for_programs_hold_up_nobody_else) {
  ServerConfig config;
  config.tool_threads = 1;
  config.waiting_threads = 1;
  config.limits.queued_calls = 0;
  std::vector<std::unique_ptr<Tool>> tools;
  tools.push_back(std::make_unique<EngineTool>());
  const auto& engine = static_cast<const EngineTool&>(*tools.front());
  TestServer server(config, telemetry::Config::testing(), std::move(tools));
  const auto call = post("/api/tools/execute", R"({"tool":"engine"})");
  {
    auto running = server.client();
    running.send(call);
    ASSERT_TRUE(engine.wait_for_calls(1));
    EXPECT_EQ(server.client().ask(echo("at once")).status, 200);
    EXPECT_EQ(server.client().ask(call).status, 503);
    EXPECT_EQ(server.client().ask(echo("again")).status, 200);
  }
  EXPECT_TRUE(engine.wait_for_at_most(0)) << "a client that leaves ends its call";
}

TEST(Server, drains_running_calls_finish_and_new_ones_are_refused) {
  TestServer server;
  auto running = server.client();
  auto idle = server.client();
  ASSERT_EQ(idle.ask(get("/health")).status, 200);
  running.send(wait());
  ASSERT_TRUE(server.waiting().wait_for_calls(1));

  server->drain();
  EXPECT_TRUE(idle.closed_by_server());
  const auto ready = server.client().ask(get("/ready"));
  EXPECT_EQ(ready.status, 503);
  EXPECT_THAT(ready.body, HasSubstr(R"("code":"draining")"));
  EXPECT_EQ(ready.header("Connection"), "close");
  EXPECT_EQ(ready.header("Retry-After"), "1");
  EXPECT_EQ(server.client().ask(get("/health")).status, 200);
  EXPECT_EQ(server.client().ask(echo("new")).status, 503);

  server.waiting().let_go();
  const auto answer = running.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("free"));
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(server.outcome(), StopOutcome::kDrained);
}

TEST(Server, draining_gives_up_at_its_deadline) {
  ServerConfig config;
  config.limits.drain = 50ms;
  TestServer server(config);
  auto running = server.client();
  running.send(wait());
  ASSERT_TRUE(server.waiting().wait_for_calls(1));
  server->drain();
  EXPECT_EQ(server.outcome(), StopOutcome::kAbandoned);
}

// Coroutines that end do so a moment after the client has seen it.
bool tasks_become(std::int64_t expected) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (telemetry::TaskCount::alive() != expected) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST(Server, its_coroutines_and_calls_are_counted_while_they_live) {
  const std::int64_t before = telemetry::TaskCount::alive();
  {
    TestServer server;
    EXPECT_TRUE(tasks_become(before + 1));  // the one that accepts
    {
      auto idle = server.client();
      auto running = server.client();
      EXPECT_TRUE(tasks_become(before + 3));
      running.send(wait());
      ASSERT_TRUE(server.waiting().wait_for_calls(1));
      EXPECT_TRUE(tasks_become(before + 4));
      server.waiting().let_go();
      EXPECT_EQ(running.read().status, 200);
      EXPECT_TRUE(tasks_become(before + 3));
    }
    EXPECT_TRUE(tasks_become(before + 1));
  }
  EXPECT_EQ(telemetry::TaskCount::alive(), before);
}

TEST(Server, an_idle_server_drains_at_once) {
  TestServer server;
  auto idle = server.client();
  ASSERT_EQ(idle.ask(get("/ready")).status, 200);
  server->drain();
  EXPECT_EQ(server.outcome(), StopOutcome::kDrained);
  EXPECT_TRUE(idle.closed_by_server());
}

}  // namespace
}  // namespace container_kit::kit::http
