#include "protocol/otlp_json_response.h"

#include <gtest/gtest.h>

namespace container_kit::telemetry::protocol {
namespace {

TEST(OtlpJsonResponse, says_how_many_were_rejected_and_why) {
  for (const char* text :
       {R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}})",
        R"({ "partialSuccess" : { "errorMessage" : "no", "rejectedDataPoints" : 3 } })",
        R"({"new":["errorMessage",{"x":1}],"partialSuccess":{"rejectedSpans":3,"errorMessage":"no"}})"}) {
    const PartialSuccess partial = parse_otlp_json_response(text);
    EXPECT_EQ(partial.rejected, 3) << text;
    EXPECT_EQ(partial.message, "no") << text;
  }
}

TEST(OtlpJsonResponse, a_success_says_nothing) {
  for (const char* text : {"", "{}", R"({"partialSuccess":{}})", "<html>", "\"", "{\"rejectedSpans\":",
                           "nonsense\\", R"({"rejectedSpans":"x"})", R"({"x":"rejectedSpans"})"}) {
    const PartialSuccess partial = parse_otlp_json_response(text);
    EXPECT_EQ(partial.rejected, 0) << text;
    EXPECT_EQ(partial.message, "") << text;
  }
}

TEST(OtlpJsonResponse, escapes_are_decoded) {
  const auto message = [](const char* text) { return parse_otlp_json_response(text).message; };
  EXPECT_EQ(message(R"({"errorMessage":"a\"b\\c\/\n\u00e9\u20AC"})"), "a\"b\\c/\n\xC3\xA9\xE2\x82\xAC");
  EXPECT_EQ(message(R"({"errorMessage":"\ud83d"})"), "\xEF\xBF\xBD");
  EXPECT_EQ(message(R"({"errorMessage":"\u12)"), "\x12");
}

}  // namespace
}  // namespace container_kit::telemetry::protocol
