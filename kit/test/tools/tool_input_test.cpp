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
