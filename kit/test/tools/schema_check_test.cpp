#include "tools/schema_check.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <container_kit/kit/tool_call.h>

#include "tools/argument_check.h"

namespace container_kit::kit {
namespace {

namespace json = boost::json;

bool fits(const char* schema, const char* value) {
  return !schema_violation(json::parse(schema), json::parse(value));
}

TEST(SchemaCheck, holds_values_to_each_keyword) {
  EXPECT_TRUE(fits(R"({"type":"integer"})", "3.0"));
  EXPECT_FALSE(fits(R"({"type":"integer"})", "3.5"));
  EXPECT_TRUE(fits(R"({"type":["string","null"]})", "null"));
  EXPECT_FALSE(fits(R"({"type":"boolean"})", "0"));
  EXPECT_TRUE(fits(R"({"enum":[1,{"a":1,"b":2}]})", R"({"b":2,"a":1.0})"));
  EXPECT_FALSE(fits(R"({"enum":[1]})", "true"));
  EXPECT_TRUE(fits(R"({"maxLength":2})", R"("\u00e9\u00e9")"));
  EXPECT_FALSE(fits(R"({"minLength":1})", R"("")"));
  EXPECT_FALSE(fits(R"({"items":{"minimum":2},"maxItems":3})", "[2,1]"));
  EXPECT_FALSE(fits(R"({"maxItems":1})", "[2,1]"));
  EXPECT_FALSE(fits(R"({"required":["a"]})", "{}"));
  EXPECT_FALSE(fits(R"({"properties":{"a":{}},"additionalProperties":false})", R"({"b":1})"));
  EXPECT_TRUE(fits(R"({"maxLength":1,"no such keyword":7})", "123"));
  EXPECT_FALSE(fits("false", "1"));
}

TEST(SchemaCheck, says_where_and_why) {
  EXPECT_EQ(*schema_violation(json::parse(R"({"properties":{"a":{"items":{"type":"string"}}}})"),
                              json::parse(R"({"a":["x",1]})")),
            R"(/a/1: is not of type "string")");
}

// The official JSON-Schema-Test-Suite, where somebody has put it: CONTAINER_KIT_JSON_SCHEMA_SUITE names the
// folder of a draft in it. `make conformance` does; npm has the one of draft 4, in which our keywords mean
// what they mean in 2020-12, but for const and schemas that are true or false, which it does not know. Groups
// that use other keywords are left out.
bool is_ours(const json::value& schema) {
  static const std::set<std::string_view> known{"type",
                                                "enum",
                                                "const",
                                                "minimum",
                                                "maximum",
                                                "minLength",
                                                "maxLength",
                                                "items",
                                                "minItems",
                                                "maxItems",
                                                "properties",
                                                "required",
                                                "additionalProperties",
                                                "$schema",
                                                "description",
                                                "title",
                                                "default"};
  if (schema.is_bool()) return true;
  if (!schema.is_object()) return false;
  for (const auto& [key, value] : schema.get_object()) {
    if (!known.contains(key)) return false;
    if ((key == "items" || key == "additionalProperties") && !is_ours(value)) return false;
    if (key != "properties") continue;
    for (const auto& [name, property] : value.as_object()) {
      if (!is_ours(property)) return false;
    }
  }
  return true;
}

TEST(SchemaCheck, agrees_with_the_official_suite) {
  const char* folder = std::getenv("CONTAINER_KIT_JSON_SCHEMA_SUITE");
  if (folder == nullptr) GTEST_SKIP() << "CONTAINER_KIT_JSON_SCHEMA_SUITE is not set: make conformance";
  int cases = 0;
  for (const char* file :
       {"type", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "items", "minItems",
        "maxItems", "properties", "required", "additionalProperties", "boolean_schema", "default"}) {
    std::ifstream text(std::filesystem::path(folder) / (std::string(file) + ".json"));
    const bool is_younger = std::string_view(file) == "const" || std::string_view(file) == "boolean_schema";
    if (!text && is_younger) continue;
    ASSERT_TRUE(text) << file;
    const auto groups = json::parse(std::string(std::istreambuf_iterator<char>(text), {}));
    for (const auto& group : groups.as_array()) {
      if (!is_ours(group.at("schema"))) continue;
      for (const auto& one : group.at("tests").as_array()) {
        ++cases;
        const auto wrong = schema_violation(group.at("schema"), one.at("data"));
        EXPECT_EQ(!wrong, one.at("valid").as_bool()) << file << ": " << group.at("description").as_string()
                                                     << ": " << one.at("description").as_string();
      }
    }
  }
  EXPECT_GT(cases, 80);
  std::printf("ok: %d cases of the official suite\n", cases);
}

// What the check takes is what the schema in the listing takes.
TEST(SchemaCheck, is_of_one_mind_with_the_check_of_arguments) {
  const json::array values{nullptr,
                           true,
                           0,
                           1,
                           7,
                           1.5,
                           3.0,
                           "",
                           "x",
                           "xyz",
                           "a",
                           json::array{},
                           json::array{"a"},
                           json::array{"z"},
                           json::array{"a", "b", "a"},
                           json::object{}};
  const ToolInput input{
      {.name = "text", .max_length = 2},
      {.name = "choice", .choices = {"a", "b"}},
      {.name = "count", .type = FieldType::kInteger, .minimum = 1, .maximum = 5},
      {.name = "all", .type = FieldType::kBoolean},
      {.name = "some", .type = FieldType::kStringList, .choices = {"a", "b"}, .max_items = 2}};
  const auto schema = json::parse(json_schema(input));
  for (const auto& field : input) {
    for (const auto& value : values) {
      const json::object given{{field.name, value}};
      EXPECT_EQ(check_arguments(input, given).has_value(), !schema_violation(schema, given))
          << json::serialize(given);
    }
  }
}

TEST(SchemaCheck, tools_answer_what_they_declare) {
  const auto tools = builtin_tools();
  telemetry::Manager telemetry(telemetry::Config::testing());
  const std::string fixture = CONTAINER_KIT_TEST_DIR "/analyze/fixtures/node_express/repository";
  const std::vector<std::string> roots{fixture};
  const std::map<std::string, json::object> calls{
      {"ping", {}},
      {"server_status", {}},
      {"analyze", {{"path", fixture}}},
      {"lint_dockerfile", {{"content", "FROM a\nMAINTAINER b\n"}}}};
  for (const auto& [name, arguments] : calls) {
    const auto output = call_tool({telemetry, tools, roots}, name, arguments, 0);
    ASSERT_TRUE(output) << name << ": " << output.error().message;
    const auto wrong =
        schema_violation(json::parse(tools.find(name)->output_schema()), json::parse(output->json));
    EXPECT_FALSE(wrong) << name << *wrong;
  }
}

}  // namespace
}  // namespace container_kit::kit
