#include <gtest/gtest.h>

#include <container_kit/kit/tool_input.h>

namespace container_kit::kit {
namespace {

TEST(ToolInput, becomes_a_json_schema) {
  EXPECT_EQ(json_schema({{"path", FieldType::kString, "Where", true},
                         {"depth", FieldType::kInteger, "How deep", false},
                         {"all", FieldType::kBoolean, "Everything", false}}),
            R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{)"
            R"("path":{"type":"string","description":"Where","minLength":1},)"
            R"("depth":{"type":"integer","description":"How deep"},)"
            R"("all":{"type":"boolean","description":"Everything"}},)"
            R"("required":["path"],"additionalProperties":false})");
}

TEST(ToolInput, says_in_its_schema_what_the_check_holds_to) {
  EXPECT_EQ(json_schema({{.name = "port",
                          .type = FieldType::kInteger,
                          .description = "Where",
                          .otherwise = 80,
                          .minimum = 1,
                          .maximum = 65'535},
                         {.name = "kinds",
                          .type = FieldType::kStringList,
                          .description = "Which",
                          .choices = {"a", "b"},
                          .max_length = 9,
                          .max_items = 2}}),
            R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{)"
            R"("port":{"type":"integer","description":"Where","minimum":1,"maximum":65535,"default":80},)"
            R"("kinds":{"type":"array","description":"Which","items":{"type":"string","minLength":1,)"
            R"("maxLength":9,"enum":["a","b"]},"maxItems":2}},)"
            R"("required":[],"additionalProperties":false})");
}

TEST(ResultSchema, nests) {
  EXPECT_EQ(
      result_schema(
          {{"path", FieldType::kString, "Where"},
           {.name = "lock", .always = false, .nullable = true},
           {.name = "ports", .type = FieldType::kObjectList, .fields = {{"number", FieldType::kInteger}}}}),
      R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{)"
      R"("path":{"type":"string","description":"Where"},"lock":{"type":["string","null"]},)"
      R"("ports":{"type":"array","items":{"type":"object","properties":{"number":{"type":"integer"}},)"
      R"("required":["number"]}}},"required":["path","ports"]})");
}

TEST(ToolArguments, answer_otherwise_for_what_was_left_out) {
  ToolArguments arguments;
  arguments.set("path", std::string("/src"));
  arguments.set("depth", std::int64_t{3});
  EXPECT_EQ(arguments.string("path"), "/src");
  EXPECT_EQ(arguments.string("other", "none"), "none");
  EXPECT_EQ(arguments.integer("depth", 1), 3);
  EXPECT_EQ(arguments.integer("width", 1), 1);
  EXPECT_TRUE(arguments.boolean("all", true));
  EXPECT_FALSE(arguments.has("all"));
}

}  // namespace
}  // namespace container_kit::kit
