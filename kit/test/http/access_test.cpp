#include "http/access.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_server.h"

namespace container_kit::kit::http {
namespace {

using ::testing::HasSubstr;

constexpr const char* kFirst = "0123456789abcdef";
constexpr const char* kSecond = "fedcba9876543210";

class Access : public ::testing::Test {
 protected:
  Access() : path_(::testing::TempDir() + "tokens-" + std::to_string(::getpid())) { write(kFirst); }
  ~Access() override { std::filesystem::remove(path_); }

  // By a new file in place of the old one, as tools that rotate secrets do.
  void write(const std::string& text) const {
    std::ofstream(path_ + ".new") << text << '\n';
    std::filesystem::rename(path_ + ".new", path_);
  }
  bool lets_in(const std::string& authorization, std::string_view route = "/api/tools") {
    const Request request{"GET", std::string(route), {{"Authorization", authorization}}, "", false};
    return !access_.refuse(request, route);
  }

  const std::string path_;
  AccessCheck access_{path_};
};

TEST_F(Access, lets_in_who_knows_a_token) {
  EXPECT_TRUE(lets_in(std::string("Bearer ") + kFirst));
  EXPECT_TRUE(lets_in(std::string("bearer ") + kFirst));
  for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer 0123456789abcdeg", "Bearer 0123456789abcde",
                            "Basic 0123456789abcdef", "0123456789abcdef"}) {
    EXPECT_FALSE(lets_in(wrong)) << wrong;
  }
  EXPECT_TRUE(lets_in("", "/health"));
  EXPECT_TRUE(lets_in("", "/ready"));
  EXPECT_FALSE(lets_in("", "/health/telemetry"));
}

TEST_F(Access, follows_the_file) {
  write(std::string("# two, while clients change over\n") + kFirst + "\n" + kSecond);
  EXPECT_TRUE(lets_in(std::string("Bearer ") + kFirst));
  EXPECT_TRUE(lets_in(std::string("Bearer ") + kSecond));
  write(kSecond);
  EXPECT_FALSE(lets_in(std::string("Bearer ") + kFirst));
  EXPECT_TRUE(lets_in(std::string("Bearer ") + kSecond));
  std::filesystem::remove(path_);
  EXPECT_FALSE(lets_in(std::string("Bearer ") + kSecond)) << "a file that is gone lets nobody in";
}

TEST_F(Access, says_what_is_wrong_with_the_file) {
  EXPECT_TRUE(access_.check());
  write("");
  EXPECT_THAT(access_.check().error().message, HasSubstr("has no token"));
  write("short");
  EXPECT_THAT(access_.check().error().message, HasSubstr("at least 16"));
  std::filesystem::remove(path_);
  EXPECT_THAT(access_.check().error().message, HasSubstr("No such file"));
}

TEST_F(Access, is_asked_for_by_the_server) {
  ServerConfig config;
  config.token_file = path_;
  TestServer server(std::move(config));
  auto client = server.client();
  const auto refused = client.ask(get("/api/tools"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(client.ask(get("/health")).status, 200);
  EXPECT_EQ(client
                .ask(std::string("GET /api/tools HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ") +
                     kFirst + "\r\n\r\n")
                .status,
            200);
}

TEST(AccessRules, an_address_that_others_reach_needs_a_token_file) {
  ServerConfig config;
  config.host = "0.0.0.0";
  config.port = 0;
  telemetry::Manager telemetry(telemetry::Config::testing());
  const ToolRegistry tools;
  Server server(config, tools, telemetry);
  const auto listening = server.listen();
  ASSERT_FALSE(listening);
  EXPECT_THAT(listening.error().message, HasSubstr("--token-file"));
}

TEST(AccessRules, too_many_requests_are_answered_429) {
  ServerConfig config;
  config.requests_per_second = 1;
  TestServer server(std::move(config));
  auto client = server.client();
  int refused = 0;
  for (int i = 0; i < 4; ++i) {
    const auto answer = client.ask(get("/api/tools"));
    if (answer.status == 429) {
      ++refused;
      EXPECT_EQ(answer.header("Retry-After"), "1");
    }
  }
  EXPECT_GE(refused, 1);
  EXPECT_EQ(client.ask(get("/health")).status, 200);
}

TEST(EqualInConstantTime, is_equality) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("ab", "abc"));
  EXPECT_FALSE(equal_in_constant_time("a", ""));
}

}  // namespace
}  // namespace container_kit::kit::http
