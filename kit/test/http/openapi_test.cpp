#include "http/openapi.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_server.h"

namespace container_kit::kit::http {
namespace {

namespace json = boost::json;

TEST(OpenApi, describes_what_is_served_and_nothing_else) {
  TestServer server;
  auto client = server.client();
  const auto document = json::parse(client.ask(get("/api/openapi.json")).body);
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  std::vector<std::string> described;
  for (const auto& [path, operations] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : operations.as_object()) {
      std::string verb(method);
      for (char& c : verb) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      described.push_back(verb + " " + std::string(path));
      EXPECT_FALSE(operation.at("summary").as_string().empty()) << described.back();
      EXPECT_TRUE(operation.at("responses").as_object().contains("default")) << described.back();
    }
  }
  std::sort(described.begin(), described.end());
  EXPECT_EQ(described, server->routes());
}

TEST(OpenApi, names_what_stands_in_braces) {
  TestServer server;
  const auto document = json::parse(server.client().ask(get("/api/openapi.json")).body);
  const auto& parameter =
      document.at("paths").at("/api/tools/{name}/schema").at("get").at("parameters").at(0);
  EXPECT_EQ(parameter.at("name").as_string(), "name");
  EXPECT_EQ(parameter.at("in").as_string(), "path");
}

TEST(OpenApi, says_that_a_token_is_needed_where_one_is) {
  const auto with = json::parse(openapi_of({}, {true, false}));
  EXPECT_EQ(with.at("components").at("securitySchemes").at("token").at("scheme").as_string(), "bearer");
  EXPECT_FALSE(json::parse(openapi_of({}, {})).as_object().contains("security"));
}

TEST(ToolSchema, is_found_by_the_tools_name) {
  TestServer server;
  auto client = server.client();
  const auto answer = client.ask(get("/api/tools/echo/schema"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(json::parse(answer.body).at("input_schema").at("required").at(0).as_string(), "text");
  EXPECT_EQ(client.ask(get("/api/tools/%65cho/schema")).status, 200);
  const auto missing = client.ask(get("/api/tools/nope/schema"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(json::parse(missing.body).at("error").at("code").as_string(), "tool_not_found");
  EXPECT_EQ(client.ask(get("/api/tools//schema")).status, 404);
  EXPECT_EQ(client.ask(get("/api/tools/%zz/schema")).status, 404);
}

}  // namespace
}  // namespace container_kit::kit::http
