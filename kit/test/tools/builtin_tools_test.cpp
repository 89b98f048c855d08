// What holds for every tool that the program offers.
#include <algorithm>
#include <cctype>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <container_kit/kit/tool_call.h>

#include "tools/argument_check.h"

namespace container_kit::kit {
namespace {

namespace json = boost::json;

class BuiltinTools : public ::testing::Test {
 protected:
  const ToolRegistry tools_ = builtin_tools();
};

// MCP 2025-11-25, tools, "Tool Names"; ours are snake_case within that.
TEST_F(BuiltinTools, have_names_that_every_client_takes) {
  EXPECT_GE(tools_.tools().size(), 3U);
  for (const auto& [name, tool] : tools_.tools()) {
    EXPECT_LE(name.size(), 128U);
    EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_' || c == '-';
    })) << name;
  }
}

TEST_F(BuiltinTools, say_what_they_are) {
  for (const auto& [name, tool] : tools_.tools()) {
    EXPECT_NE(tool->title(), name) << name << " needs a title for people";
    EXPECT_GT(tool->description().size(), 20U) << name;
    EXPECT_FALSE(tool->version().empty()) << name;
    EXPECT_GT(tool->deadline().count(), 0) << name;
    for (const auto& field : tool->input())
      EXPECT_FALSE(field.description.empty()) << name << " " << field.name;
  }
}

TEST_F(BuiltinTools, describe_their_results_as_objects) {
  for (const auto& [name, tool] : tools_.tools()) {
    ASSERT_FALSE(tool->output_schema().empty()) << name;
    const auto schema = json::parse(tool->output_schema());
    EXPECT_EQ(schema.at("type").as_string(), "object") << name;
    EXPECT_FALSE(schema.at("properties").as_object().empty()) << name;
  }
}

TEST_F(BuiltinTools, have_defaults_within_their_own_limits) {
  for (const auto& [name, tool] : tools_.tools()) {
    for (const auto& field : tool->input()) {
      if (!field.otherwise) continue;
      EXPECT_FALSE(field.required) << name << " " << field.name << " is required and has a default";
      ToolArguments given;
      given.set(field.name, *field.otherwise);
      auto alone = field;
      EXPECT_TRUE(check_arguments(ToolInput{alone}, given)) << name << " " << field.name;
    }
  }
}

TEST_F(BuiltinTools, that_change_nothing_are_not_destructive) {
  for (const auto& [name, tool] : tools_.tools()) {
    const auto annotations = tool->annotations();
    EXPECT_FALSE(annotations.read_only && annotations.destructive) << name;
  }
}

}  // namespace
}  // namespace container_kit::kit
