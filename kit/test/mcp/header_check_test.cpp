#include "mcp/header_check.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace container_kit::kit::mcp {
namespace {

TEST(HeaderCheck, decodes_what_is_marked_as_encoded) {
  EXPECT_EQ(decoded_header("us-west1"), "us-west1");
  EXPECT_EQ(decoded_header("=?base64?SGVsbG8sIOS4lueVjA==?="), "Hello, \xe4\xb8\x96\xe7\x95\x8c");
  EXPECT_EQ(decoded_header("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="), "=?base64?literal?=");
  EXPECT_EQ(decoded_header("=?BASE64?SGVsbG8=?="), "=?BASE64?SGVsbG8=?=");  // the marks are case-sensitive
  EXPECT_EQ(decoded_header("=?base64?SGVsbG8?="), std::nullopt);
  EXPECT_EQ(decoded_header("=?base64?SGV%bG8=?="), std::nullopt);
  EXPECT_EQ(decoded_header("caf\xc3\xa9"), std::nullopt);
}

Message call(const char* arguments) {
  Message message;
  message.method = "tools/call";
  message.params = {{"name", "look"}, {"arguments", boost::json::parse(arguments)}};
  return message;
}

struct Case {
  const char* what;
  http::Headers headers;
  const char* arguments;
  bool fits;
};

class Headers : public ::testing::TestWithParam<Case> {};

TEST_P(Headers, must_say_what_the_message_says) {
  http::Request request{"POST", "/mcp", GetParam().headers, "", false};
  const std::vector<HeaderParameter> parameters{{{"place", "region"}, "Mcp-Param-Region"},
                                                {{"count"}, "Mcp-Param-Count"}};
  const auto wrong = refuse_headers(request, call(GetParam().arguments), "2026-07-28", parameters);
  EXPECT_EQ(!wrong, GetParam().fits) << GetParam().what << (wrong ? wrong->message : "");
  if (wrong) {
    EXPECT_EQ(wrong->code, -32020);
    EXPECT_EQ(wrong->http_status, 400);
  }
}

http::Headers with(http::Headers more) {
  more.insert(more.begin(), {{"mcp-protocol-version", "2026-07-28"}, {"MCP-METHOD", "tools/call"}});
  return more;
}

INSTANTIATE_TEST_SUITE_P(
    HeaderCheck, Headers,
    ::testing::Values(
        Case{"all right", with({{"Mcp-Name", "look"}}), "{}", true},
        Case{"an encoded name", with({{"Mcp-Name", "=?base64?bG9vaw==?="}}), "{}", true},
        Case{"no name", with({}), "{}", false},
        Case{"another name", with({{"Mcp-Name", "Look"}}), "{}", false},
        Case{"two names", with({{"Mcp-Name", "look"}, {"Mcp-Name", "look"}}), "{}", false},
        Case{"no version", {{"Mcp-Method", "tools/call"}, {"Mcp-Name", "look"}}, "{}", false},
        Case{"an argument", with({{"Mcp-Name", "look"}, {"Mcp-Param-Region", "eu"}}),
             R"({"place":{"region":"eu"}})", true},
        Case{"another value", with({{"Mcp-Name", "look"}, {"Mcp-Param-Region", "us"}}),
             R"({"place":{"region":"eu"}})", false},
        Case{"an argument without its header", with({{"Mcp-Name", "look"}}), R"({"place":{"region":"eu"}})",
             false},
        Case{"a header without its argument", with({{"Mcp-Name", "look"}, {"Mcp-Param-Region", "eu"}}), "{}",
             false},
        Case{"null is no value", with({{"Mcp-Name", "look"}}), R"({"place":{"region":null}})", true},
        Case{"numbers compare as numbers", with({{"Mcp-Name", "look"}, {"Mcp-Param-Count", "42.0"}}),
             R"({"count":42})", true},
        Case{"other numbers", with({{"Mcp-Name", "look"}, {"Mcp-Param-Count", "42x"}}), R"({"count":42})",
             false}));

TEST(HeaderCheck, finds_marked_properties_by_their_path) {
  const auto schema = boost::json::parse(
      R"({"properties":{"a":{"x-mcp-header":"A"},"b":{"properties":{"c":{"x-mcp-header":"C"}}},"d":{"type":"string"}}})");
  const auto found = header_parameters_of(schema.as_object());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].header, "Mcp-Param-A");
  EXPECT_EQ(found[1].path, (std::vector<std::string>{"b", "c"}));
}

}  // namespace
}  // namespace container_kit::kit::mcp
