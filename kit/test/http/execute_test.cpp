#include "http/execute.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_tools.h"

namespace container_kit::kit::http {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class Execute : public ::testing::Test {
 protected:
  Execute() { tools_.add(std::make_unique<EchoTool>()); }

  Response ask(std::string body) {
    const Request request{"POST", "/api/tools/execute", {}, std::move(body), false};
    return std::get<Response>(execute({tools_, telemetry_, roots_, 8}, {request, {}, {}}));
  }

  telemetry::Manager telemetry_{telemetry::Config::testing()};
  ToolRegistry tools_;
  std::vector<std::string> roots_;
};

TEST_F(Execute, answers_with_the_tools_result) {
  const auto response = ask(R"({"tool":"echo","arguments":{"text":"hello"}})");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(
      response.body,
      MatchesRegex(R"(\{"tool":"echo","result":"hello","trace_id":null,"duration_ms":[0-9]+\.[0-9]+\})"));
}

TEST_F(Execute, a_tools_error_is_the_answer) {
  const auto response = ask(R"({"tool":"echo","arguments":{"text":"outside"}})");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.body, R"({"error":{"code":"path_not_allowed","message":"outside","field":"text"}})");
}

struct Bad {
  const char* body;
  int status;
  const char* code;
  const char* field;
  const char* message;
};

class BadCalls : public Execute, public ::testing::WithParamInterface<Bad> {};

TEST_P(BadCalls, are_explained) {
  const auto response = ask(GetParam().body);
  EXPECT_EQ(response.status, GetParam().status);
  EXPECT_THAT(response.body, HasSubstr(std::string(R"("code":")") + GetParam().code + '"'));
  EXPECT_THAT(response.body, HasSubstr(std::string(R"("field":)") + GetParam().field));
  EXPECT_THAT(response.body, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Execute, BadCalls,
    ::testing::Values(
        Bad{"", 400, "malformed_json", "null", "incomplete JSON at byte 0"},
        Bad{"{\"tool\":", 400, "malformed_json", "null", "incomplete JSON at byte 8"},
        Bad{"{\"tool\":x}", 400, "malformed_json", "null", "syntax error at byte 8"},
        Bad{"{} {}", 400, "malformed_json", "null", "extra data at byte 3"},
        Bad{"{\"tool\":\"\xff\"}", 400, "malformed_json", "null", "at byte 9"},
        Bad{"[[[[[[[[[1]]]]]]]]]", 400, "json_too_deep", "null", "8 levels"},
        Bad{"[1]", 400, "invalid_request", "null", "must be an object"},
        Bad{"{}", 400, "invalid_request", "\"tool\"", "required"},
        Bad{R"({"tool":7})", 400, "invalid_request", "\"tool\"", "must be a string"},
        Bad{R"({"tool":"echo","args":{}})", 400, "invalid_request", "\"args\"", "unknown field 'args'"},
        Bad{R"({"tool":"echo","arguments":[]})", 400, "invalid_request", "\"arguments\"", "an object"},
        Bad{R"({"tool":"nope"})", 404, "tool_not_found", "\"tool\"", "'nope'"},
        Bad{R"({"tool":"echo"})", 400, "invalid_argument", "\"text\"", "required"},
        Bad{R"({"tool":"echo","arguments":{"text":1}})", 400, "invalid_argument", "\"text\"",
            "must be a string"}));

}  // namespace
}  // namespace container_kit::kit::http
