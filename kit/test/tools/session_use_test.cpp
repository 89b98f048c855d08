// The session that a tool call names: over HTTP, over MCP of both eras, and over pipes.
#include "tools/session_use.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_server.h"
#include "support/stdio_client.h"

namespace container_kit::kit {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

// The ways to call the tool "note" in a session. Each gives the result, or the error's code and message.
struct Way {
  const char* name;
  std::string (*call)(const std::string& session, http::TestServer& server,
                      const std::shared_ptr<Sessions>& sessions, const std::string& root);
};

std::string quoted(const std::string& text) {
  return json::serialize(json::string(text));
}

std::string post_to(http::TestServer& server, const std::string& path, const std::string& headers,
                    const std::string& body) {
  return server.client()
      .ask("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body)
      .body;
}

std::string over_http(const std::string& session, http::TestServer& server, const std::shared_ptr<Sessions>&,
                      const std::string&) {
  const auto answer = json::parse(
      post_to(server, "/api/tools/execute", "",
              R"({"tool":"note","arguments":{"text":"hello"},"session":)" + quoted(session) + "}"));
  const auto* const error = answer.as_object().if_contains("error");
  if (error == nullptr) return json::serialize(answer.at("result"));
  return std::string(error->at("code").as_string()) + ": " + std::string(error->at("message").as_string());
}

std::string text_of(const json::value& answer) {
  const auto& content = answer.at("result").at("content").as_array();
  return std::string(content.at(0).at("text").as_string());
}

std::string meta(const std::string& session, const std::string& more) {
  return R"("_meta":{)" + more + R"("container-kit.io/session":)" + quoted(session) + "}";
}

std::string params(const std::string& session, const std::string& more = {}) {
  return R"("params":{"name":"note","arguments":{"text":"hello"},)" + meta(session, more) + "}}";
}

std::string over_modern_mcp(const std::string& session, http::TestServer& server,
                            const std::shared_ptr<Sessions>&, const std::string&) {
  const std::string version = R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                              R"("io.modelcontextprotocol/clientCapabilities":{},)";
  return text_of(
      json::parse(post_to(server, "/mcp",
                          "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: "
                          "2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: note\r\n",
                          R"({"jsonrpc":"2.0","id":1,"method":"tools/call",)" + params(session, version))));
}

std::string over_pipes(const std::string& session, http::TestServer&,
                       const std::shared_ptr<Sessions>& sessions, const std::string& root) {
  StdioConfig config;
  config.allowed_roots = {root};
  config.sessions = sessions;
  mcp::StdioClient client(std::move(config), note_tool());
  static_cast<void>(client.ask(mcp::kInitialize));
  return text_of(
      json::parse(client.ask(R"({"jsonrpc":"2.0","id":2,"method":"tools/call",)" + params(session))));
}

class SessionOfACall : public SessionServer, public ::testing::WithParamInterface<Way> {
 protected:
  std::string call(const std::string& session) {
    return GetParam().call(session, *server_, sessions_, folder_ / "root");
  }
};

TEST_P(SessionOfACall, lets_the_tool_look_into_its_workspace_and_measures_what_it_left) {
  const auto session = create();
  now_ += std::chrono::hours(1);
  EXPECT_THAT(call(session.id), HasSubstr(session.workspace));
  const auto after = sessions_->find(session.id);
  EXPECT_TRUE(std::filesystem::exists(session.workspace + "/note"));
  EXPECT_GE(after->bytes, 5U);
  EXPECT_EQ(after->last_used, now_) << "a call is a use";
  EXPECT_EQ(after->expires, now_ + settings_.lifetime);
}

TEST_P(SessionOfACall, is_no_way_into_another_ones_workspace) {
  const auto mine = create();
  const auto other = create();
  EXPECT_THAT(call(mine.id), ::testing::Not(HasSubstr(other.id)));
  EXPECT_THAT(call(""), ::testing::Not(HasSubstr(mine.id))) << "no session was named";
}

TEST_P(SessionOfACall, that_nobody_knows_is_refused_before_the_tool_runs) {
  for (const std::string id : {"nope", "../../etc", "/", "00000000000000000000000000000000"}) {
    EXPECT_THAT(call(id), ::testing::AllOf(HasSubstr("there is no session '" + id + "'"),
                                           HasSubstr("list_sessions names them")));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "root/note"));
}

TEST_P(SessionOfACall, that_has_ended_is_refused) {
  const auto session = create();
  ASSERT_TRUE(sessions_->complete(session.id));
  EXPECT_THAT(call(session.id),
              HasSubstr("the session has been completed and cannot be used; create another"));
  const auto old = create();
  now_ += settings_.lifetime;
  EXPECT_THAT(call(old.id), HasSubstr("the session has expired"));
}

TEST_P(SessionOfACall, whose_workspace_is_full_is_refused) {
  settings_.bytes_each = 4;
  start();
  const auto session = create();
  EXPECT_THAT(call(session.id), HasSubstr(session.workspace));
  EXPECT_THAT(call(session.id), HasSubstr("CONTAINER_KIT_SESSION_BYTES"));
}

INSTANTIATE_TEST_SUITE_P(Ways, SessionOfACall,
                         ::testing::Values(Way{"http", over_http}, Way{"mcp_over_http", over_modern_mcp},
                                           Way{"mcp_over_pipes", over_pipes}),
                         [](const auto& test) { return test.param.name; });

class SessionUseTest : public SessionServer {};

TEST_F(SessionUseTest, has_a_status_over_http) {
  const auto status = [this](const std::string& session) {
    return ask("POST", "/api/tools/execute",
               R"({"tool":"note","arguments":{"text":"hello"},"session":)" + session + "}")
        .status;
  };
  settings_.bytes_each = 4;
  start();
  const auto done = create().id;
  ASSERT_TRUE(sessions_->complete(done));
  EXPECT_EQ(status(quoted(done)), 409);
  EXPECT_EQ(status(quoted("nope")), 404);
  EXPECT_EQ(status("7"), 400);
  const auto open = create().id;
  EXPECT_EQ(status(quoted(open)), 200);
  EXPECT_EQ(status(quoted(open)), 413);
  settings_.folder.clear();
  start();
  EXPECT_EQ(status(quoted(open)), 503);
  EXPECT_EQ(status(R"("")"), 200) << "no session is wanted";
}

// Of MCP's own sessions, that one is another thing.
TEST_F(SessionUseTest, is_read_from_the_meta_of_the_older_era_too) {
  const auto session = create();
  auto client = server_->client();
  const std::string accept = "Accept: application/json, text/event-stream\r\n";
  const auto hello = client.ask(request("POST", "/mcp", mcp::kInitialize, accept));
  const auto called = client.ask(request(
      "POST", "/mcp", R"({"jsonrpc":"2.0","id":2,"method":"tools/call",)" + params(session.id),
      accept + "MCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: " + hello.header("Mcp-Session-Id") +
          "\r\n"));
  EXPECT_THAT(called.body, HasSubstr(session.workspace));
}

TEST_F(SessionUseTest, is_a_string_or_the_call_is_refused) {
  StdioConfig config;
  config.sessions = sessions_;
  mcp::StdioClient client(std::move(config), note_tool());
  static_cast<void>(client.ask(mcp::kInitialize));
  EXPECT_THAT(client.ask(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo",)"
                         R"("arguments":{"text":"hi"},"_meta":{"container-kit.io/session":7}}})"),
              HasSubstr("'container-kit.io/session' must be a string"));
}

}  // namespace
}  // namespace container_kit::kit
