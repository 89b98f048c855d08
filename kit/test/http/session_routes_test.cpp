// The sessions over HTTP, by a real server: what is answered, and what is refused, with which words.
#include "http/session_routes.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_server.h"

namespace container_kit::kit::http {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr const char* kAll = "/api/sessions";

class SessionRoutes : public SessionServer {
 protected:
  static json::object body_of(const Answer& answer) { return json::parse(answer.body).as_object(); }
  static std::string one(const std::string& id) { return std::string(kAll) + "/" + id; }
};

TEST_F(SessionRoutes, make_a_session_and_say_where_it_is) {
  const auto answer = ask("POST", kAll, R"({"type":"workflow"})");
  EXPECT_EQ(answer.status, 201) << answer.body;
  const auto made = body_of(answer);
  const std::string id(made.at("id").as_string());
  EXPECT_THAT(id, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(answer.header("Location"), one(id));
  const json::object expected{{"id", id},
                              {"type", "workflow"},
                              {"state", "created"},
                              {"open", true},
                              {"created_at", "2026-01-01T00:00:00.000Z"},
                              {"last_used_at", "2026-01-01T00:00:00.000Z"},
                              {"expires_at", "2026-01-02T00:00:00.000Z"},
                              {"ended_at", nullptr},
                              {"resumed", 0},
                              {"workspace", settings_.folder + "/workspaces/" + id},
                              {"workspace_bytes", 0},
                              {"reason", nullptr}};
  EXPECT_EQ(made, expected);
  EXPECT_EQ(body_of(ask("GET", one(id))), made);
  EXPECT_EQ(body_of(ask("POST", kAll, "{}")).at("type"), "api") << "where nothing is said";
}

TEST_F(SessionRoutes, change_a_session) {
  const auto id = create().id;
  now_ += std::chrono::seconds(5);
  auto now = body_of(ask("PATCH", one(id), R"({"state":"resumed"})"));
  EXPECT_EQ(now.at("state"), "resumed");
  EXPECT_EQ(now.at("last_used_at"), "2026-01-01T00:00:05.000Z");
  now = body_of(ask("PATCH", one(id), R"({"state":"failed","reason":"no luck"})"));
  EXPECT_EQ(now.at("state"), "failed");
  EXPECT_EQ(now.at("reason"), "no luck");
  EXPECT_EQ(now.at("ended_at"), "2026-01-01T00:00:05.000Z");
  EXPECT_EQ(body_of(ask("PATCH", one(id), R"({"state":"resumed"})")).at("resumed"), 2);
  now = body_of(ask("PATCH", one(id), R"({"state":"completed"})"));
  EXPECT_EQ(now.at("open"), false);
  EXPECT_EQ(now.at("workspace"), nullptr);
}

TEST_F(SessionRoutes, remove_a_session) {
  const auto session = create();
  const auto gone = ask("DELETE", one(session.id));
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
  EXPECT_FALSE(std::filesystem::exists(session.workspace));
  EXPECT_EQ(ask("GET", one(session.id)).status, 404);
  EXPECT_EQ(ask("DELETE", one(session.id)).status, 404);
}

TEST_F(SessionRoutes, list_what_is_asked_for) {
  const auto done = create(SessionType::kBatch);
  ASSERT_TRUE(sessions_->complete(done.id));
  now_ += std::chrono::seconds(1);
  const auto open = create(SessionType::kApi);
  const auto ids = [this](const std::string& query) {
    std::vector<std::string> found;
    const auto answer = ask("GET", kAll + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto body = body_of(answer);
    for (const auto& session : body.at("sessions").as_array())
      found.emplace_back(session.at("id").as_string());
    return found;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(""), (Ids{open.id, done.id}));
  EXPECT_EQ(ids("?type=batch"), Ids{done.id});
  EXPECT_EQ(ids("?state=completed"), Ids{done.id});
  EXPECT_EQ(ids("?state=open"), Ids{open.id});
  EXPECT_EQ(ids("?state=open&type=batch"), Ids{});
  EXPECT_EQ(ids("?limit=1"), Ids{open.id});
  EXPECT_EQ(body_of(ask("GET", std::string(kAll) + "?limit=1")).at("total"), 2);
}

TEST_F(SessionRoutes, refuse_one_more_than_may_be_open) {
  for (int i = 0; i < 3; ++i) create();
  const auto answer = ask("POST", kAll, "{}");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.body,
            R"({"error":{"code":"limit_reached","message":"as many sessions are open as may be, 3; complete )"
            R"(one, or raise CONTAINER_KIT_SESSION_LIMIT","field":null}})");
}

TEST_F(SessionRoutes, refuse_what_the_state_does_not_allow) {
  const auto done = create().id;
  ASSERT_TRUE(sessions_->complete(done));
  for (const char* state : {"resumed", "completed", "failed"}) {
    const auto answer = ask("PATCH", one(done), std::string(R"({"state":")") + state + "\"}");
    EXPECT_EQ(answer.status, 409) << state;
    EXPECT_THAT(answer.body, HasSubstr(R"("code":"conflict","message":"the session has been completed)"));
    EXPECT_THAT(answer.body, HasSubstr("create another"));
  }
  const auto failed = create().id;
  ASSERT_TRUE(sessions_->fail(failed, ""));
  EXPECT_THAT(ask("PATCH", one(failed), R"({"state":"completed"})").body, HasSubstr("resume it first"));
}

TEST_F(SessionRoutes, say_so_where_there_are_no_sessions) {
  settings_.folder.clear();
  start();
  const std::string id(32, 'a');
  for (const auto& [method, path, body] :
       std::vector<std::array<std::string, 3>>{{"GET", kAll, ""},
                                               {"POST", kAll, "{}"},
                                               {"GET", one(id), ""},
                                               {"PATCH", one(id), R"({"state":"completed"})"},
                                               {"DELETE", one(id), ""}}) {
    const auto answer = ask(method, path, body);
    EXPECT_EQ(answer.status, 503) << method << " " << path;
    EXPECT_THAT(answer.body, HasSubstr("set CONTAINER_KIT_STATE_DIR"));
  }
}

struct Wrong {
  const char* what;
  const char* method;
  std::string path;
  std::string body;
  int status;
  const char* code;
  const char* field;
  const char* message;
};

class WrongSessionRequests : public SessionRoutes, public ::testing::WithParamInterface<Wrong> {};

TEST_P(WrongSessionRequests, are_explained_and_change_nothing) {
  const auto& wrong = GetParam();
  const auto session = create();
  auto path = wrong.path;
  if (const auto at = path.find("ID"); at != std::string::npos) path.replace(at, 2, session.id);
  const auto answer = ask(wrong.method, path, wrong.body);
  EXPECT_EQ(answer.status, wrong.status) << answer.body;
  const auto error = body_of(answer).at("error").as_object();
  EXPECT_EQ(error.at("code"), wrong.code);
  EXPECT_EQ(json::serialize(error.at("field")), wrong.field);
  EXPECT_THAT(std::string(error.at("message").as_string()), HasSubstr(wrong.message));
  const auto after = sessions_->list({});
  ASSERT_EQ(after->total, 1U) << "one was made or removed";
  EXPECT_EQ(after->sessions.front().state, SessionState::kCreated);
  EXPECT_TRUE(std::filesystem::is_directory(session.workspace));
}

Wrong create_with(const char* what, std::string body, const char* code, const char* field,
                  const char* message) {
  return {what, "POST", kAll, std::move(body), 400, code, field, message};
}
Wrong change_with(const char* what, std::string body, const char* code, const char* field,
                  const char* message) {
  return {what, "PATCH", "/api/sessions/ID", std::move(body), 400, code, field, message};
}
Wrong list_with(const char* what, const std::string& query, const char* field, const char* message) {
  return {what, "GET", kAll + query, "", 400, "invalid_request", field, message};
}
Wrong unknown(const char* what, const char* method, const std::string& id, std::string body = {}) {
  return {what,
          method,
          "/api/sessions/" + id,
          std::move(body),
          404,
          "session_not_found",
          "\"session\"",
          "list_sessions names them"};
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, WrongSessionRequests,
    ::testing::Values(
        create_with("no_json", "{\"type\":", "malformed_json", "null", "incomplete JSON at byte 8"),
        create_with("a_list", "[]", "invalid_request", "null", R"(must be an object: {"type":"api"})"),
        create_with("deep", std::string(40, '[') + std::string(40, ']'), "json_too_deep", "null", "32"),
        create_with("unknown_type", R"({"type":"party"})", "invalid_request", "\"type\"",
                    "'type' is one of interactive, workflow, batch, api"),
        create_with("empty_type", R"({"type":""})", "invalid_request", "\"type\"", "'type' is one of"),
        create_with("number_as_type", R"({"type":7})", "invalid_request", "\"type\"", "must be a string"),
        create_with("workspace", R"({"type":"api","workspace":"/etc"})", "invalid_request", "\"workspace\"",
                    "unknown field 'workspace'; there is 'type'"),
        create_with("id", R"({"id":"../../etc"})", "invalid_request", "\"id\"", "unknown field 'id'"),
        change_with("nothing", "{}", "invalid_request", "\"state\"", "resumed, completed, failed"),
        change_with("made_up_state", R"({"state":"dancing"})", "invalid_request", "\"state\"", "is one of"),
        change_with("created", R"({"state":"created"})", "invalid_request", "\"state\"", "is one of"),
        change_with("expired", R"({"state":"expired"})", "invalid_request", "\"state\"", "is one of"),
        change_with("null", R"({"state":null})", "invalid_request", "\"state\"", "must be a string"),
        change_with("reason_of_success", R"({"state":"completed","reason":"done"})", "invalid_request",
                    "\"reason\"", "belongs to the state failed alone"),
        change_with("long_reason", R"({"state":"failed","reason":")" + std::string(1025, 'x') + "\"}",
                    "invalid_request", "\"reason\"", "1024 bytes at most"),
        change_with("wrong_reason", R"({"state":"failed","reason":[]})", "invalid_request", "\"reason\"",
                    "must be a string"),
        change_with("cut_off", R"({"state":"comp)", "malformed_json", "null", "incomplete JSON"),
        Wrong{"form", "POST", kAll, "", 415, "unsupported_media_type", "\"Content-Type\"",
              "application/json"},
        Wrong{"put", "PUT", kAll, "{}", 405, "method_not_allowed", "null", "answers GET, HEAD, POST"},
        Wrong{"post_to_one", "POST", "/api/sessions/ID", "{}", 405, "method_not_allowed", "null",
              "answers GET, HEAD, PATCH, DELETE"}),
    [](const auto& test) { return test.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Queries, WrongSessionRequests,
    ::testing::Values(list_with("type", "?type=party", "\"type\"", "interactive, workflow, batch, api"),
                      list_with("state", "?state=closed", "\"state\"", "expired, open"),
                      list_with("empty_state", "?state=", "\"state\"", "is one of"),
                      list_with("no_limit", "?limit=0", "\"limit\"", "from 1 to 1000"),
                      list_with("high_limit", "?limit=1001", "\"limit\"", "from 1 to 1000"),
                      list_with("negative_limit", "?limit=-1", "\"limit\"", "from 1 to 1000"),
                      list_with("worded_limit", "?limit=1x", "\"limit\"", "from 1 to 1000"),
                      list_with("huge_limit", "?limit=99999999999999999999", "\"limit\"", "from 1 to 1000"),
                      list_with("unknown", "?sort=id", "\"sort\"", "there are 'type', 'state' and 'limit'")),
    [](const auto& test) { return test.param.what; });

// An id is looked up and never becomes a part of a path.
INSTANTIATE_TEST_SUITE_P(
    Ids, WrongSessionRequests,
    ::testing::Values(
        unknown("unknown", "GET", std::string(32, '0')), unknown("removed", "DELETE", std::string(32, '0')),
        unknown("changed", "PATCH", std::string(32, '0'), R"({"state":"completed"})"),
        unknown("above", "DELETE", "%2e%2e"), unknown("above_the_state", "DELETE", "%2e%2e%2f%2e%2e"),
        unknown("absolute", "DELETE", "%2fetc"),
        unknown("absolute_change", "PATCH", "%2F", R"({"state":"failed"})"), unknown("itself", "DELETE", "."),
        unknown("dots", "GET", ".."), unknown("by_dots", "DELETE", "x%2f..%2fID"),
        unknown("with_a_slash", "DELETE", "ID%2f"), unknown("with_nul", "DELETE", "ID%00"),
        unknown("nul_first", "GET", "%00ID"), unknown("with_newline", "DELETE", "ID%0a"),
        unknown("twice_encoded", "DELETE", "%252e%252e"), unknown("sql", "DELETE", "%27%20OR%201=1--"),
        unknown("any", "GET", "%25"), unknown("one_character", "GET", "_"),
        unknown("no_utf8", "GET", "%ff%fe"), unknown("long", "GET", std::string(4000, 'a')),
        Wrong{"in_two_parts", "DELETE", "/api/sessions/../sessions", "", 404, "not_found", "null",
              "nothing at"},
        Wrong{"empty", "DELETE", "/api/sessions/", "", 404, "not_found", "null", "nothing at"},
        Wrong{"half_encoded", "GET", "/api/sessions/%2", "", 404, "not_found", "null", "nothing at"},
        Wrong{"not_encoded", "GET", "/api/sessions/%zz", "", 404, "not_found", "null", "nothing at"}),
    [](const auto& test) { return test.param.what; });

}  // namespace
}  // namespace container_kit::kit::http
