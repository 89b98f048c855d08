#include "http/request.h"

#include <gtest/gtest.h>

namespace container_kit::kit::http {
namespace {

TEST(Request, finds_headers_without_regard_to_case) {
  const Request request{"GET", "/", {{"Content-Type", "a"}, {"content-type", "b"}, {"Host", "h"}}, "", false};
  EXPECT_EQ(request.header("CONTENT-TYPE"), "a");
  EXPECT_EQ(request.count("Content-type"), 2U);
  EXPECT_EQ(request.header("Accept"), "");
  EXPECT_EQ(request.count("Accept"), 0U);
}

TEST(Request, compares_the_whole_of_a_name) {
  EXPECT_TRUE(equal_ignoring_case("HoSt", "host"));
  EXPECT_FALSE(equal_ignoring_case("host", "hosts"));
  EXPECT_FALSE(equal_ignoring_case("hosts", "host"));
}

}  // namespace
}  // namespace container_kit::kit::http
