#include "http/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit::http {
namespace {

using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Response, head_has_status_length_and_date) {
  const auto head = head_of({404, "body", "application/json", {{"Allow", "GET"}}}, Connection::kKeepAlive);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 4\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nAllow: GET\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nConnection: keep-alive\r\n"));
  EXPECT_THAT(head, ContainsRegex("\r\nDate: [A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] 20[0-9][0-9] "
                                  "[0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
}

TEST(Response, error_is_code_message_and_field) {
  EXPECT_EQ(error_response({400, "invalid_argument", "say \"path\"", "path"}).body,
            R"({"error":{"code":"invalid_argument","message":"say \"path\"","field":"path"}})");
  EXPECT_EQ(error_response({404, "not_found", "no", ""}).body,
            R"({"error":{"code":"not_found","message":"no","field":null}})");
}

TEST(Response, unavailable_says_when_to_come_back) {
  const auto response = unavailable("server_busy", "later");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(head_of(response, Connection::kClose), HasSubstr("\r\nRetry-After: 1\r\n"));
}

TEST(Response, each_tool_error_has_its_status) {
  const auto status = [](ToolErrorCode code) { return api_error({code, "", ""}).status; };
  EXPECT_EQ(status(ToolErrorCode::kInvalidArgument), 400);
  EXPECT_EQ(status(ToolErrorCode::kPathNotAllowed), 403);
  EXPECT_EQ(status(ToolErrorCode::kPathNotFound), 404);
  EXPECT_EQ(status(ToolErrorCode::kToolNotFound), 404);
  EXPECT_EQ(status(ToolErrorCode::kInternal), 500);
  EXPECT_EQ(api_error({ToolErrorCode::kPathNotAllowed, "", "path"}).code, "path_not_allowed");
}

}  // namespace
}  // namespace container_kit::kit::http
