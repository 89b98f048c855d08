#include "base/json_text.h"

#include <cstdio>
#include <limits>

#include <gtest/gtest.h>

namespace container_kit::telemetry::base {
namespace {

std::string json_string(std::string_view text) {
  std::string out = "<";
  append_json_string(out, text);
  return out.substr(1);
}

template <typename Append, typename Value>
std::string appended(Append append, Value value) {
  std::string out;
  {
    AppendBuffer buffer(out);
    append(buffer, value);
  }
  return out;
}

TEST(JsonText, EscapesEachByteThatMustBeAtEachPlaceOfAText) {
  for (int byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
    const std::string written = byte < 0x20             ? std::string(escape)
                                : c == '"' || c == '\\' ? std::string("\\") + c
                                                        : std::string(1, c);
    for (std::size_t size = 1; size <= 20; ++size) {
      for (std::size_t place = 0; place < size; ++place) {
        std::string text(size, '~');
        text[place] = c;
        const std::string expected =
            '"' + std::string(place, '~') + written + std::string(size - place - 1, '~') + '"';
        ASSERT_EQ(json_string(text), expected) << byte << " at " << place << " of " << size;
      }
    }
  }
}

TEST(JsonText, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(json_string(""), "\"\"");
  EXPECT_EQ(json_string("na\xC3\xAFve \xE2\x82\xAC \xF0\x9F\x99\x82\x7F"),
            "\"na\xC3\xAFve \xE2\x82\xAC \xF0\x9F\x99\x82\x7F\"");
  EXPECT_EQ(json_string("a\xFF\"b\xC3"), "\"a\xEF\xBF\xBD\\\"b\xEF\xBF\xBD\"");
}

TEST(JsonText, WritesNumbers) {
  const auto decimal = [](AppendBuffer& out, auto number) { append_decimal(out, number); };
  EXPECT_EQ(appended(decimal, std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(appended(decimal, std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(appended(decimal, 0.1), "0.1");
  EXPECT_EQ(appended(decimal, -std::numeric_limits<double>::max()), "-1.7976931348623157e+308");
  EXPECT_EQ(appended(decimal, std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(appended(append_json_number, 2.5), "2.5");
  EXPECT_EQ(appended(append_json_number, std::numeric_limits<double>::infinity()), "\"Infinity\"");
  EXPECT_EQ(appended(append_json_number, -std::numeric_limits<double>::infinity()), "\"-Infinity\"");
}

TEST(JsonText, WritesBytes) {
  EXPECT_EQ(appended(append_hex, std::string_view("\x00\x9F\xFA", 3)), "009ffa");
  // RFC 4648, 10
  EXPECT_EQ(appended(append_base64, std::string_view()), "");
  EXPECT_EQ(appended(append_base64, std::string_view("f")), "Zg==");
  EXPECT_EQ(appended(append_base64, std::string_view("fo")), "Zm8=");
  EXPECT_EQ(appended(append_base64, std::string_view("foobar")), "Zm9vYmFy");
}

TEST(AppendBuffer, GrowsRewindsAndCutsToSize) {
  std::string out = "kept ";
  {
    AppendBuffer buffer(out);
    for (int i = 0; i < 10'000; ++i) buffer.append("0123456789");
    EXPECT_EQ(buffer.size(), 100'005U);
    buffer.rewind(15);
    buffer.append('!');
    *buffer.at(0) = 'K';
  }
  EXPECT_EQ(out, "Kept 0123456789!");
}

}  // namespace
}  // namespace container_kit::telemetry::base
