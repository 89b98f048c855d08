#include "mcp/json_rpc.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit::mcp {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kDepth = 8;

TEST(JsonRpc, reads_requests_notifications_and_responses) {
  const auto request = parse_message(R"({"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":1}})", kDepth);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->kind, MessageKind::kRequest);
  EXPECT_EQ(key_of(request->id), "i:7");
  EXPECT_EQ(request->method, "ping");
  EXPECT_EQ(request->params.at("a").as_int64(), 1);
  const auto notification =
      parse_message(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", kDepth);
  ASSERT_TRUE(notification);
  EXPECT_EQ(notification->kind, MessageKind::kNotification);
  const auto response = parse_message(R"({"jsonrpc":"2.0","id":"x","result":{}})", kDepth);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->kind, MessageKind::kResponse);
  EXPECT_EQ(key_of(response->id), "s:x");
}

struct Bad {
  const char* bytes;
  int code;
  const char* says;
};

class BadMessages : public ::testing::TestWithParam<Bad> {};

TEST_P(BadMessages, are_explained) {
  const auto message = parse_message(GetParam().bytes, kDepth);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().error.code, GetParam().code);
  EXPECT_THAT(message.error().error.message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    JsonRpc, BadMessages,
    ::testing::Values(Bad{"", -32700, "incomplete"}, Bad{"{", -32700, "incomplete"},
                      Bad{"{} x", -32700, "extra data"}, Bad{"{\"a\":\"\xff\"}", -32700, "not valid JSON"},
                      Bad{"[]", -32600, "batches"}, Bad{"7", -32600, "object"},
                      Bad{"[[[[[[[[[[1]]]]]]]]]]", -32600, "8 levels"}, Bad{"{}", -32600, "jsonrpc"},
                      Bad{R"({"jsonrpc":"1.0","method":"a"})", -32600, "jsonrpc"},
                      Bad{R"({"jsonrpc":"2.0","id":null,"method":"a"})", -32600, "'id'"},
                      Bad{R"({"jsonrpc":"2.0","id":1.5,"method":"a"})", -32600, "'id'"},
                      Bad{R"({"jsonrpc":"2.0","id":{},"method":"a"})", -32600, "'id'"},
                      Bad{R"({"jsonrpc":"2.0","id":1,"method":5})", -32600, "'method'"},
                      Bad{R"({"jsonrpc":"2.0","id":1,"method":"a","params":[1]})", -32602, "'params'"},
                      Bad{R"({"jsonrpc":"2.0","id":1})", -32600, "either a result or an error"},
                      Bad{R"({"jsonrpc":"2.0","id":1,"result":1,"error":{}})", -32600,
                          "either a result or an error"},
                      Bad{R"({"jsonrpc":"2.0","id":1,"error":1})", -32600, "'error'"}));

// What can be answered with its id is.
TEST(JsonRpc, keeps_the_id_of_what_it_refuses) {
  const auto message = parse_message(R"({"jsonrpc":"2.0","id":"abc","method":5})", kDepth);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().id, boost::json::value("abc"));
}

TEST(JsonRpc, writes_lines) {
  EXPECT_EQ(result_message(7, R"({"a":1})"), R"({"jsonrpc":"2.0","id":7,"result":{"a":1}})");
  EXPECT_EQ(error_message("x", {-32601, "no \"such\"\nmethod"}),
            R"({"jsonrpc":"2.0","id":"x","error":{"code":-32601,"message":"no \"such\"\nmethod"}})");
  EXPECT_EQ(error_message(nullptr, {-32700, "bad", boost::json::object{{"at", 3}}}),
            R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"bad","data":{"at":3}}})");
  EXPECT_EQ(notification_message("notifications/progress", "{}"),
            R"({"jsonrpc":"2.0","method":"notifications/progress","params":{}})");
}

}  // namespace
}  // namespace container_kit::kit::mcp
