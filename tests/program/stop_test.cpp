// How the running program starts and ends.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/running_server.h"

namespace container_kit::tests {
namespace {

using kit::http::Answer;
using kit::http::get;
using kit::http::RawClient;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

// A call that goes on for as long as the test wants: its last byte is held back.
class RunningCall {
 public:
  explicit RunningCall(const RunningServer& server)
      : request_(analyze_call(server.root())), client_(server.port()) {
    client_.send(std::string_view(request_).substr(0, request_.size() - 1));
  }

  // Until the server counts this call among those under way.
  bool wait_until_counted(const RunningServer& server) const {
    const std::string line =
        "\nhttp_requests_in_flight{http_method=\"POST\",http_route=\"/api/tools/execute\"} 1\n";
    for (int tries = 0; tries < 1000; ++tries) {
      if (server.ask(get("/metrics")).body.find(line) != std::string::npos) return true;
    }
    return false;
  }

  Answer finish() {
    client_.send(std::string_view(request_).substr(request_.size() - 1));
    return client_.read();
  }

 private:
  std::string request_;
  RawClient client_;
};

TEST(Stop, says_in_one_line_where_it_serves) {
  RunningServer server;
  server.program().signal(SIGTERM);
  EXPECT_EQ(server.program().wait(), 0);
  EXPECT_THAT(server.program().out(),
              MatchesRegex("container-kit [0-9.]+ serves http://127\\.0\\.0\\.1:[0-9]+ for [^\n]*\n"));
  EXPECT_EQ(server.program().error(), "");
}

TEST(Stop, ctrl_c_ends_it_with_exit_code_0) {
  RunningServer server;
  EXPECT_EQ(server.ask(get("/health")).status, 200);
  server.program().signal(SIGINT);
  EXPECT_EQ(server.program().wait(), 0);
}

TEST(Stop, a_running_call_finishes_while_new_ones_are_refused) {
  RunningServer server;
  server.folder().write("main.c", "int main(void) { return 0; }\n");
  RunningCall running(server);
  ASSERT_TRUE(running.wait_until_counted(server));
  server.program().signal(SIGTERM);
  auto ready = server.ask(get("/ready"));
  while (ready.status == 200) ready = server.ask(get("/ready"));
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(server.ask(analyze_call(server.root())).status, 503);
  const auto answer = running.finish();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("\"files\":1"));
  EXPECT_EQ(server.program().wait(), 0);
}

TEST(Stop, a_second_signal_ends_it_at_once) {
  RunningServer server;
  const RunningCall running(server);
  ASSERT_TRUE(running.wait_until_counted(server));
  server.program().signal(SIGTERM);
  while (server.ask(get("/ready")).status == 200) {
  }
  server.program().signal(SIGTERM);
  EXPECT_EQ(server.program().wait(), 1);
  EXPECT_THAT(server.program().error(), HasSubstr("stopped before every call had finished"));
}

TEST(Stop, a_port_in_use_is_one_line_and_exit_code_1) {
  RunningServer first;
  Program second({"serve", "--port", std::to_string(first.port())}, {{"OTEL_TRACES_EXPORTER", "none"}});
  EXPECT_EQ(second.wait(), 1);
  EXPECT_EQ(second.error(), "container-kit: cannot listen on 127.0.0.1 port " + std::to_string(first.port()) +
                                ": the port is in use; choose another with --port\n");
  EXPECT_EQ(first.ask(get("/health")).status, 200);
}

TEST(Stop, a_wrong_setting_is_told_and_nothing_starts) {
  Program program({"serve", "--port", "0"}, {{"CONTAINER_KIT_TRACE_SAMPLE_RATE", "lots"}});
  EXPECT_EQ(program.wait(), 1);
  EXPECT_EQ(program.out(), "");
  EXPECT_THAT(program.error(), HasSubstr("CONTAINER_KIT_TRACE_SAMPLE_RATE"));
}

}  // namespace
}  // namespace container_kit::tests
