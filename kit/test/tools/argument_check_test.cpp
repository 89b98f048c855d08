#include "tools/argument_check.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit {
namespace {

using ::testing::HasSubstr;

const ToolInput kInput{
    {"path", FieldType::kString, "Where", true},
    {"depth", FieldType::kInteger, "How deep", false},
    {"all", FieldType::kBoolean, "Everything", false},
    {.name = "port", .type = FieldType::kInteger, .minimum = 1, .maximum = 9},
    {.name = "kind", .otherwise = "small", .max_length = 5},
    {.name = "names", .type = FieldType::kStringList, .choices = {"x", "y"}, .max_items = 2}};

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
    ::testing::Values(
        Wrong{R"({})", "path", "is required"}, Wrong{R"({"path":1})", "path", "must be a string"},
        Wrong{R"({"path":null})", "path", "must be a string"},
        Wrong{R"({"path":""})", "path", "must not be empty"},
        Wrong{R"({"path":"a\u0000b"})", "path", "null character"},
        Wrong{R"({"path":"a","depth":"3"})", "depth", "must be a 64-bit integer"},
        Wrong{R"({"path":"a","depth":1.5})", "depth", "must be a 64-bit integer"},
        Wrong{R"({"path":"a","depth":9223372036854775808})", "depth", "must be a 64-bit integer"},
        Wrong{R"({"path":"a","all":1})", "all", "true or false"},
        Wrong{R"({"paths":"a"})", "paths", "this tool takes: path, depth, all, port, kind, names"},
        Wrong{R"({"path":"a","port":0})", "port", "at least 1"},
        Wrong{R"({"path":"a","port":10})", "port", "at most 9"},
        Wrong{R"({"path":"a","kind":"larger"})", "kind", "at most 5 characters"},
        Wrong{R"({"path":"a","names":"x"})", "names", "an array of strings"},
        Wrong{R"({"path":"a","names":["x",1]})", "names", "an array of strings"},
        Wrong{R"({"path":"a","names":["x","z"]})", "names", "one of: x, y; it is 'z'"},
        Wrong{R"({"path":"a","names":["x","y","x"]})", "names", "at most 2"}));

TEST(ArgumentCheck, right_arguments_pass) {
  const auto result = check(R"({"path":"src","depth":-3,"all":true})");
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->string("path"), "src");
  EXPECT_EQ(result->integer("depth", 0), -3);
  EXPECT_TRUE(result->boolean("all", false));
  EXPECT_EQ(result->string("kind"), "small");
}

// JSON Schema counts characters and not bytes, and takes 3.0 for an integer.
TEST(ArgumentCheck, counts_as_json_schema_does) {
  const auto result =
      check(R"({"path":"a","port":3.0,"kind":"\u00e9\u00e9\u00e9\u00e9\u00e9","names":["y"]})");
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->integer("port"), 3);
  EXPECT_EQ(result->list("names"), std::vector<std::string>{"y"});
}

TEST(ArgumentCheck, holds_typed_values_to_the_same_limits) {
  ToolArguments given;
  given.set("path", std::string("src"));
  given.set("port", std::int64_t{10});
  EXPECT_EQ(check_arguments(kInput, given).error().field, "port");
  given.set("port", std::int64_t{9});
  EXPECT_EQ(check_arguments(kInput, given)->string("kind"), "small");
  given.set("other", true);
  EXPECT_EQ(check_arguments(kInput, given).error().field, "other");
}

}  // namespace
}  // namespace container_kit::kit
