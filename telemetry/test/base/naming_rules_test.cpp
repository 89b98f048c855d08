#include "base/naming_rules.h"

#include <gtest/gtest.h>

namespace container_kit::telemetry::base {
namespace {

TEST(NamingRules, TheGuidesNamesAreGoodAndTheOnesItAvoidsHaveABetterOne) {
  for (const char* key : {"tool.name", "tool.version", "user.id"}) {
    EXPECT_EQ(better_attribute_key(key, "tool.analyze"), "") << key;
  }
  EXPECT_EQ(better_attribute_key("toolName", "tool.analyze"), "tool.name");
  EXPECT_EQ(better_attribute_key("version", "tool.analyze"), "tool.version");
  EXPECT_EQ(better_attribute_key("user", "tool.analyze"), "user.id");
  for (const char* name :
       {"tool.analyze", "pipeline.container-build.analyze", "http.POST /api/tools/execute"}) {
    EXPECT_EQ(better_span_name(name), "") << name;
  }
  EXPECT_EQ(better_span_name("analyze"), "tool.analyze");
  EXPECT_EQ(better_span_name("build"), "pipeline.NAME.build");
  EXPECT_EQ(better_span_name("request"), "http.METHOD /route");
}

TEST(NamingRules, KeysAreInLowerCaseWithANamespace) {
  EXPECT_EQ(better_attribute_key("HTTPStatusCode", "x"), "http.status_code");
  EXPECT_EQ(better_attribute_key("tool_name", "x"), "tool.name");
  EXPECT_EQ(better_attribute_key("item count max", "x"), "item.count_max");
  EXPECT_EQ(better_attribute_key("tool.itemCount", "x"), "tool.item_count");
  EXPECT_EQ(better_attribute_key("Tool.Name", "x"), "tool.name");
  EXPECT_EQ(better_attribute_key("size", "http.POST /items"), "http.size");
  EXPECT_EQ(better_attribute_key("size", "GET /items"), "app.size");
}

TEST(NamingRules, WhatTheSpecificationsNameIsLeftAlone) {
  for (const char* key :
       {"http.request.header.content-type", "http.request.header.X-Client", "k8s.pod.label.App",
        "process.environment_variable.PATH", "error.type", "gen_ai.tool.name",
        "process.unix.file_descriptor.count", "messaging.destination.partition.id", "a.b-c"}) {
    EXPECT_EQ(better_attribute_key(key, "x"), "") << key;
  }
  for (const char* name : {"GET", "SELECT", "GET /items/{id}", "tools/call analyze", "SELECT shop.orders",
                           "pipeline.v2.stage_10", "user.added", "cache.face", "db.pg_16 query"}) {
    EXPECT_EQ(better_span_name(name), "") << name;
  }
  EXPECT_EQ(better_attribute_key("", "x"), "");
  EXPECT_EQ(better_span_name(""), "");
}

TEST(NamingRules, SpanNamesHoldNoIdentifiers) {
  EXPECT_EQ(better_span_name("GET /items/12345"), "GET /items/{id}");
  EXPECT_EQ(better_span_name("session 3f2504e0-4f89-11d3-9a0c-0305e82c3301 resumed"), "session {id} resumed");
  EXPECT_EQ(better_span_name("image.pull/9f86d081884c"), "image.pull/{id}");
}

TEST(NamingRules, OtherCasesOfWordsBecomeParts) {
  EXPECT_EQ(better_span_name("analyzeRepository"), "analyze.repository");
  EXPECT_EQ(better_span_name("AnalyzeWholeRepository"), "analyze.whole_repository");
  EXPECT_EQ(better_span_name("container-build"), "tool.container-build");
}

}  // namespace
}  // namespace container_kit::telemetry::base
