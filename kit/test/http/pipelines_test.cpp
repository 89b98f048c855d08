// Pipelines over HTTP by a real server, and a client that reads what comes when it comes.
#include "http/pipelines.h"

#include <cstdlib>
#include <filesystem>
#include <future>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "pipeline/pipeline_tool.h"
#include "support/event_reader.h"
#include "support/test_server.h"

namespace container_kit::kit::http {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kGreet = R"(
pipeline: greet
stages:
  - {name: say, tool: echo, arguments: {text: "${inputs.text}"}}
  - {name: hold, tool: wait, when: inputs.hold, otherwise: nobody asked}
on_failure:
  - {name: sorry, tool: echo, arguments: {text: sorry}}
)";

constexpr std::string_view kChat = R"(
pipeline: chat
stages:
  - {name: talk, tool: chatter}
)";

// Says more than any socket holds.
class ChatterTool : public Tool {
 public:
  static constexpr int kMessages = 60'000;
  struct Done {
    std::promise<void> promise;
    bool wait() {
      return promise.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready;
    }
  };
  explicit ChatterTool(Done* done) : done_(done) {}
  std::string_view name() const override { return "chatter"; }
  std::string_view description() const override { return "Talks"; }
  std::string_view version() const override { return "1"; }
  const ToolInput& input() const override { return input_; }
  ToolResult<ToolOutput> execute(const ToolArguments&, const ToolContext& context) const override {
    const std::string message(1'024, 'x');
    for (int i = 1; i <= kMessages; ++i) context.progress(i, kMessages, message);
    if (done_ != nullptr) done_->promise.set_value();
    return ToolOutput{"{}", ""};
  }

 private:
  ToolInput input_;
  Done* done_;
};

class Pipelines : public ::testing::Test {
 protected:
  Pipelines() {
    state_ = std::filesystem::temp_directory_path() / ("pipelines." + std::to_string(::getpid()));
    ::setenv("CONTAINER_KIT_STATE_DIR", state_.c_str(), 1);
  }
  ~Pipelines() override {
    ::unsetenv("CONTAINER_KIT_STATE_DIR");
    std::filesystem::remove_all(state_);
  }

  static std::vector<std::unique_ptr<Tool>> tools(ChatterTool::Done* talked = nullptr) {
    std::vector<std::unique_ptr<Tool>> tools;
    tools.push_back(pipeline::make_pipeline_tool(
        "greet", "Says something",
        {{.name = "text", .required = true}, {.name = "hold", .type = FieldType::kBoolean}}, kGreet));
    tools.push_back(pipeline::make_pipeline_tool("chat", "Talks", {}, kChat));
    tools.push_back(std::make_unique<ChatterTool>(talked));
    return tools;
  }

  static std::string run(const std::string& pipeline, const std::string& body, const std::string& accept) {
    return "POST /api/pipelines/" + pipeline +
           "/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: " + accept +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static std::string greet(const std::string& inputs, const std::string& accept = "*/*") {
    return run("greet", R"({"inputs":)" + inputs + "}", accept);
  }
  static constexpr const char* kEvents = "text/event-stream";

  std::filesystem::path state_;
};

std::vector<std::string> stages_of(const json::value& answer) {
  std::vector<std::string> stages;
  for (const auto& stage : answer.at("result").at("stages").as_array()) {
    stages.push_back(std::string(stage.at("name").as_string()) + " " +
                     std::string(stage.at("status").as_string()));
  }
  return stages;
}

TEST_F(Pipelines, are_listed_with_their_stages_and_inputs) {
  TestServer server({}, telemetry::Config::testing(), tools());
  const auto listed = json::parse(server.client().ask(get("/api/pipelines")).body).at("pipelines").as_array();
  ASSERT_EQ(listed.size(), 2U) << "tools that are no pipelines are not among them";
  const auto& greet = listed.at(1);
  EXPECT_EQ(greet.at("name").as_string(), "greet");
  EXPECT_EQ(greet.at("input_schema").at("required").at(0).as_string(), "text");
  EXPECT_EQ(greet.at("steps").at(1).at(0).at("tool").as_string(), "wait");
  EXPECT_EQ(greet.at("steps").at(1).at(0).at("when").as_string(), "inputs.hold");
  EXPECT_EQ(greet.at("on_failure").at(0).at("name").as_string(), "sorry");
}

TEST_F(Pipelines, answer_with_one_object_where_events_are_not_asked_for) {
  TestServer server({}, telemetry::Config::testing(), tools());
  auto client = server.client();
  for (const char* accept : {"*/*", "application/json", "text/event-stream;q=0", "text/html"}) {
    const auto answer = client.ask(greet(R"({"text":"hi"})", accept));
    EXPECT_EQ(answer.status, 200);
    const auto body = json::parse(answer.body);
    EXPECT_EQ(body.at("pipeline").as_string(), "greet");
    EXPECT_THAT(stages_of(body), ElementsAre("say succeeded", "hold skipped"));
    EXPECT_TRUE(body.as_object().contains("trace_id"));
    EXPECT_GT(body.at("duration_ms").to_number<double>(), 0);
  }
}

TEST_F(Pipelines, are_followed_by_events) {
  TestServer server({}, telemetry::Config::testing(), tools());
  auto client = server.client();
  client.send(greet(R"({"text":"hi"})", kEvents));
  EventReader reader(client);
  EXPECT_EQ(reader.head().status, 200);
  EXPECT_EQ(reader.head().header("Content-Type"), "text/event-stream");
  const auto events = reader.read_to_end();
  ASSERT_GE(events.size(), 4U);
  for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].id, std::to_string(i + 1));
  EXPECT_EQ(events.front().name, "started");
  EXPECT_EQ(json::parse(events.front().data).at("pipeline").as_string(), "greet");
  const auto progress = json::parse(events.at(1).data);
  EXPECT_EQ(events.at(1).name, "progress");
  EXPECT_EQ(progress.at("stage").as_string(), "say");
  EXPECT_EQ(progress.at("message").as_string(), "started");
  EXPECT_EQ(progress.at("total").to_number<int>(), 2);
  EXPECT_EQ(events.back().name, "result");
  const auto result = json::parse(events.back().data);
  EXPECT_THAT(stages_of(result), ElementsAre("say succeeded", "hold skipped"));
  EXPECT_EQ(result.at("trace_id"), json::parse(events.front().data).at("trace_id"));
  EXPECT_EQ(result.at("result").at("run"), json::parse(events.front().data).at("run_id"));
  EXPECT_EQ(client.ask(get("/health")).status, 200) << "the connection goes on";
}

TEST_F(Pipelines, end_with_the_error_of_the_stage_that_failed) {
  TestServer server({}, telemetry::Config::testing(), tools());
  auto client = server.client();
  const auto answer = client.ask(greet(R"({"text":"outside"})"));
  EXPECT_EQ(answer.status, 403);
  client.send(greet(R"({"text":"outside"})", kEvents));
  EventReader reader(client);
  const auto events = reader.read_to_end();
  EXPECT_EQ(events.back().name, "error");
  const auto error = json::parse(events.back().data).at("error");
  EXPECT_EQ(error.at("code").as_string(), "path_not_allowed");
  EXPECT_EQ(error.at("code"), json::parse(answer.body).at("error").at("code"));
}

struct Wrong {
  const char* pipeline;
  const char* body;
  int status;
  const char* code;
};

TEST_F(Pipelines, say_by_the_status_what_is_wrong_with_a_request) {
  TestServer server({}, telemetry::Config::testing(), tools());
  auto client = server.client();
  const std::vector<Wrong> all{
      {"nope", "{}", 404, "pipeline_not_found"},
      {"echo", "{}", 404, "pipeline_not_found"},
      {"greet", "", 400, "malformed_json"},
      {"greet", "[]", 400, "invalid_request"},
      {"greet", R"({"input":{}})", 400, "invalid_request"},
      {"greet", R"({"inputs":[]})", 400, "invalid_request"},
      {"greet", "{}", 400, "invalid_argument"},
      {"greet", R"({"inputs":{"text":7}})", 400, "invalid_argument"},
      {"greet", R"({"inputs":{"text":"a","b":1}})", 400, "invalid_argument"},
      {"greet", R"({"inputs":{"text":"a","resume":"../x"}})", 400, "invalid_argument"}};
  for (const auto& wrong : all) {
    const auto answer = client.ask(run(wrong.pipeline, wrong.body, "application/json"));
    EXPECT_EQ(answer.status, wrong.status) << wrong.body;
    EXPECT_THAT(answer.body, HasSubstr(std::string("\"code\":\"") + wrong.code)) << wrong.body;
  }
  EXPECT_EQ(client.ask(greet("{}", kEvents)).status, 400) << "no stream begins";
}

TEST_F(Pipelines, are_cancelled_when_the_client_leaves) {
  TestServer server({}, telemetry::Config::testing(), tools());
  for (const char* accept : {kEvents, "*/*"}) {
    {
      auto client = server.client();
      client.send(greet(R"({"text":"hi","hold":true})", accept));
      ASSERT_TRUE(server.waiting().wait_for_calls(1)) << accept;
    }
    EXPECT_TRUE(server.waiting().wait_for_at_most(0)) << accept;
  }
}

TEST_F(Pipelines, are_resumed_by_one_at_a_time) {
  TestServer server({}, telemetry::Config::testing(), tools());
  auto first = server.client();
  first.send(greet(R"({"text":"hi","hold":true})", kEvents));
  ASSERT_TRUE(server.waiting().wait_for_calls(1));
  std::string id;
  for (const auto& entry : std::filesystem::directory_iterator(state_ / "runs")) {
    if (entry.path().extension() == ".json") id = entry.path().stem().string();
  }
  auto second = server.client();
  for (const char* accept : {kEvents, "*/*"}) {
    const auto answer = second.ask(greet(R"({"text":"hi","hold":true,"resume":")" + id + "\"}", accept));
    EXPECT_EQ(answer.status, 409) << answer.body;
  }
  server.waiting().let_go();
  EventReader reader(first);
  EXPECT_EQ(reader.read_to_end().back().name, "result");
}

TEST_F(Pipelines, show_signs_of_life_while_nothing_happens) {
  ServerConfig config;
  config.limits.heartbeat = std::chrono::milliseconds(20);
  TestServer server(config, telemetry::Config::testing(), tools());
  auto client = server.client();
  client.send(greet(R"({"text":"hi","hold":true})", kEvents));
  EventReader reader(client);
  ASSERT_TRUE(server.waiting().wait_for_calls(1));
  EXPECT_TRUE(reader.wait_for_comments(3));
  server.waiting().let_go();
  EXPECT_EQ(reader.read_to_end().back().name, "result");
}

TEST_F(Pipelines, wait_for_no_slow_reader_and_keep_little_for_it) {
  ChatterTool::Done talked;
  TestServer server({}, telemetry::Config::testing(), tools(&talked));
  auto slow = server.client();
  slow.send(run("chat", "{}", kEvents));
  ASSERT_TRUE(talked.wait());
  EventReader reader(slow);
  const auto events = reader.read_to_end();
  EXPECT_EQ(events.back().name, "result");
  EXPECT_LT(events.size(), static_cast<std::size_t>(ChatterTool::kMessages))
      << "what did not fit was left out";
}

}  // namespace
}  // namespace container_kit::kit::http
