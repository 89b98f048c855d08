// Tables of docs/configuration.md that tests compare with what the code says.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace container_kit::kit {

// Between the comments `begin` and `end` the page has that table. With CONTAINER_KIT_WRITE_DOCS=1 the table
// is written into it instead.
inline void expect_documented(const std::string& begin, const std::string& end, const std::string& table) {
  const std::string path = CONTAINER_KIT_TEST_DIR "/../../docs/configuration.md";
  std::ifstream file(path);
  std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string mark = "<!-- " + begin + " -->\n";
  const auto from = page.find(mark);
  ASSERT_NE(from, std::string::npos) << mark;
  const auto start = from + mark.size();
  const auto stop = page.find("<!-- " + end + " -->\n", start);
  ASSERT_NE(stop, std::string::npos) << end;
  if (const char* write = std::getenv("CONTAINER_KIT_WRITE_DOCS"); write != nullptr && *write != '\0') {
    std::ofstream(path) << page.replace(start, stop - start, table);
    return;
  }
  EXPECT_EQ(page.substr(start, stop - start), table)
      << "run this test with CONTAINER_KIT_WRITE_DOCS=1, and commit " << path;
}

}  // namespace container_kit::kit
