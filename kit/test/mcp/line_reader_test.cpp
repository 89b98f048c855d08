#include "mcp/line_reader.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit::mcp {
namespace {

using ::testing::ElementsAre;

struct Heard {
  std::vector<std::string> lines;
  int too_long = 0;
  LineReader reader{8};

  void feed(std::string_view bytes) {
    reader.feed(
        bytes, [this](std::string_view line) { lines.emplace_back(line); }, [this] { ++too_long; });
  }
  void finish() {
    reader.finish([this](std::string_view line) { lines.emplace_back(line); });
  }
};

TEST(LineReader, takes_lines_however_they_come) {
  Heard heard;
  heard.feed("one\ntw");
  heard.feed("o\r\n\n  \nth");
  EXPECT_THAT(heard.lines, ElementsAre("one", "two"));
  heard.finish();
  EXPECT_THAT(heard.lines, ElementsAre("one", "two", "th"));
}

TEST(LineReader, passes_over_what_is_too_long_and_goes_on) {
  Heard heard;
  heard.feed("12345678\n12345");
  heard.feed("6789");
  heard.feed("0000000000");
  EXPECT_EQ(heard.too_long, 1);
  heard.feed("0\nnext\n");
  EXPECT_THAT(heard.lines, ElementsAre("12345678", "next"));
  EXPECT_EQ(heard.too_long, 1);
}

}  // namespace
}  // namespace container_kit::kit::mcp
