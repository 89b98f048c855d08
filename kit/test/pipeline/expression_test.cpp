#include "pipeline/expression.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit::pipeline {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

const json::value& scope() {
  static const json::value made{
      {"inputs", {{"tag", "app:1"}, {"empty", ""}, {"port", 8080}, {"list", {1, "two"}}}},
      {"stages", {{"build-it", {{"status", "succeeded"}}}}}};
  return made;
}

bool holds(std::string_view expression) {
  const auto value = evaluate(expression, scope());
  EXPECT_TRUE(value) << value.error().message;
  return value && is_true(*value);
}

TEST(Expression, compares_what_is_there) {
  EXPECT_TRUE(holds("inputs.tag"));
  EXPECT_FALSE(holds("inputs.empty"));
  EXPECT_FALSE(holds("inputs.nothing.at.all"));
  EXPECT_TRUE(holds("inputs.tag == 'app:1'"));
  EXPECT_TRUE(holds("stages.build-it.status != \"failed\""));
  EXPECT_TRUE(holds("inputs.port >= 8080 and inputs.port < 8080.5"));
  EXPECT_TRUE(holds("inputs.list.1 == \"two\""));
  EXPECT_FALSE(holds("inputs.tag > 3"));
  EXPECT_TRUE(holds("inputs.nothing == null"));
}

TEST(Expression, binds_as_one_expects) {
  EXPECT_TRUE(holds("true or false and false"));
  EXPECT_FALSE(holds("(true or false) and false"));
  EXPECT_TRUE(holds("not false and true"));
  EXPECT_FALSE(holds("not (false or true)"));
  EXPECT_TRUE(holds("not 1 == 2"));
  EXPECT_TRUE(holds("order == null"));  // no operator, though it begins like one
}

TEST(Expression, says_where_it_cannot_be_read) {
  for (const char* wrong : {"", "1 ==", "(1", "'open", "1 2", "a b", "== 1", "not", "1 and", "&", "-"}) {
    const auto value = evaluate(wrong, scope());
    ASSERT_FALSE(value) << wrong;
    EXPECT_THAT(value.error().message, HasSubstr("at character")) << wrong;
  }
  EXPECT_FALSE(evaluate(std::string(10'000, '('), scope()));
}

TEST(Expression, expands_texts_within_values) {
  const json::value given{{"whole", "${inputs.port}"},
                          {"part", "http://x:${inputs.port}/${inputs.tag}"},
                          {"list", {"${not inputs.empty}", "plain"}},
                          {"nothing", "${inputs.nothing}"}};
  const auto expanded = expand(given, scope());
  ASSERT_TRUE(expanded);
  EXPECT_EQ(expanded->at("whole").as_int64(), 8080);
  EXPECT_EQ(expanded->at("part").as_string(), "http://x:8080/app:1");
  EXPECT_TRUE(expanded->at("list").at(0).as_bool());
  EXPECT_TRUE(expanded->at("nothing").is_null());
  EXPECT_FALSE(expand(json::value("${inputs.port"), scope()));
}

}  // namespace
}  // namespace container_kit::kit::pipeline
