#include "tools/argument_check.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit {
namespace {

using ::testing::HasSubstr;

const ToolInput kInput{{"path", FieldType::kString, "Where", true},
                       {"depth", FieldType::kInteger, "How deep", false},
                       {"all", FieldType::kBoolean, "Everything", false}};

ToolResult<ToolArguments> check(const char* arguments) {
  return check_arguments(kInput, boost::json::parse(arguments).as_object());
}

struct Wrong {
  const char* arguments;
  const char* field;
  const char* message;
};

class WrongArguments : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongArguments, are_named) {
  const auto result = check(GetParam().arguments);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ToolErrorCode::kInvalidArgument);
  EXPECT_EQ(result.error().field, GetParam().field);
  EXPECT_THAT(result.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    ArgumentCheck, WrongArguments,
    ::testing::Values(Wrong{R"({})", "path", "is required"},
                      Wrong{R"({"path":1})", "path", "must be a string"},
                      Wrong{R"({"path":null})", "path", "must be a string"},
                      Wrong{R"({"path":""})", "path", "must not be empty"},
                      Wrong{R"({"path":"a\u0000b"})", "path", "null character"},
                      Wrong{R"({"path":"a","depth":"3"})", "depth", "must be a 64-bit integer"},
                      Wrong{R"({"path":"a","depth":1.5})", "depth", "must be a 64-bit integer"},
                      Wrong{R"({"path":"a","depth":9223372036854775808})", "depth",
                            "must be a 64-bit integer"},
                      Wrong{R"({"path":"a","all":1})", "all", "true or false"},
                      Wrong{R"({"paths":"a"})", "paths", "this tool takes: path, depth, all"}));

TEST(ArgumentCheck, right_arguments_pass) {
  const auto result = check(R"({"path":"src","depth":-3,"all":true})");
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->string("path"), "src");
  EXPECT_EQ(result->integer("depth", 0), -3);
  EXPECT_TRUE(result->boolean("all", false));
}

}  // namespace
}  // namespace container_kit::kit
