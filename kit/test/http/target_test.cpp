#include "http/target.h"

#include <gtest/gtest.h>

namespace container_kit::kit::http {
namespace {

TEST(Target, path_is_what_comes_before_the_query) {
  EXPECT_EQ(path_of("/health?verbose=1"), "/health");
  EXPECT_EQ(path_of("/health#x"), "/health");
  EXPECT_EQ(path_of("/a%2Fb"), "/a%2Fb");
  EXPECT_EQ(path_of("?x"), "/");
  EXPECT_EQ(path_of("*"), "*");
}

TEST(Target, absolute_form_names_host_and_path) {
  EXPECT_EQ(path_of("http://localhost:8080/ready?x"), "/ready");
  EXPECT_EQ(authority_of("http://localhost:8080/ready?x"), "localhost:8080");
  EXPECT_EQ(path_of("HTTP://evil.example"), "/");
  EXPECT_EQ(authority_of("HTTP://evil.example?x"), "evil.example");
}

TEST(Target, origin_form_has_no_authority) {
  EXPECT_EQ(authority_of("/go?to=http://evil.example/"), "");
  EXPECT_EQ(authority_of("ftp://evil.example/"), "");
}

}  // namespace
}  // namespace container_kit::kit::http
