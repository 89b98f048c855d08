#include "http/host_check.h"

#include <gtest/gtest.h>

namespace container_kit::kit::http {
namespace {

Request naming(const std::string& host) {
  return {"GET", "/health", {{"Host", host}}, "", false};
}

// The status that the request is refused with; 0 where it is not.
int refusal(const HostCheck& check, const Request& request) {
  const auto error = check.refuse(request);
  return error ? error->status : 0;
}

TEST(HostCheck, on_loopback_only_loopback_names_pass) {
  const HostCheck check(true, {});
  for (const char* host : {"localhost", "LocalHost:8080", "127.0.0.1:1", "[::1]", "[::1]:8080"}) {
    EXPECT_EQ(refusal(check, naming(host)), 0) << host;
  }
  for (const char* host :
       {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "127.0.0.2"}) {
    EXPECT_EQ(refusal(check, naming(host)), 421) << host;
  }
}

TEST(HostCheck, what_is_no_host_is_a_bad_request) {
  const HostCheck check(false, {});
  for (const char* host :
       {"", "a b", "localhost:port", "localhost:123456", "user@localhost", "[::1", "[::1]x", "a/b"}) {
    EXPECT_EQ(refusal(check, naming(host)), 400) << host;
  }
}

TEST(HostCheck, allowed_names_are_added_to_those_of_loopback) {
  const HostCheck check(true, {"kit.internal"});
  EXPECT_EQ(refusal(check, naming("kit.internal:80")), 0);
  EXPECT_EQ(refusal(check, naming("localhost")), 0);
  EXPECT_EQ(refusal(check, naming("other.internal")), 421);
}

TEST(HostCheck, beyond_loopback_every_name_passes_unless_some_are_named) {
  EXPECT_EQ(refusal(HostCheck(false, {}), naming("anything.example")), 0);
  EXPECT_EQ(refusal(HostCheck(false, {"kit.internal"}), naming("anything.example")), 421);
}

TEST(HostCheck, http_1_1_needs_exactly_one) {
  const HostCheck check(true, {});
  EXPECT_EQ(refusal(check, {"GET", "/", {}, "", false}), 400);
  EXPECT_EQ(refusal(check, {"GET", "/", {{"Host", "localhost"}, {"host", "localhost"}}, "", false}), 400);
  EXPECT_EQ(refusal(check, {"GET", "/", {}, "", true}), 0);
}

TEST(HostCheck, the_host_in_the_request_line_wins) {
  const HostCheck check(true, {});
  EXPECT_EQ(refusal(check, {"GET", "http://evil.example/", {{"Host", "localhost"}}, "", false}), 421);
  EXPECT_EQ(refusal(check, {"GET", "http://localhost/", {{"Host", "evil.example"}}, "", false}), 0);
}

}  // namespace
}  // namespace container_kit::kit::http
