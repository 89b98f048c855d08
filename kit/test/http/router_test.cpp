#include "http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace container_kit::kit::http {
namespace {

using ::testing::Contains;
using ::testing::Pair;

Response named(const std::string& name) {
  return {200, name, "text/plain", {}};
}

Router two_routes() {
  Router router;
  router.add({"GET", "/a", RunsOn::kIoThread, [](const Exchange&) { return named("a"); }});
  router.add({"POST", "/a", RunsOn::kIoThread, [](const Exchange&) { return named("posted"); }});
  router.add({"GET", "/b", RunsOn::kIoThread, [](const Exchange&) { return named("b"); }});
  return router;
}

Request request(const std::string& method, const std::string& target) {
  return {method, target, {}, "", false};
}

TEST(Router, finds_the_route_of_method_and_path) {
  const auto router = two_routes();
  const auto asked = request("POST", "/a?x=1");
  const auto match = router.match(asked);
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->handler({asked, {}, {}}).body, "posted");
  EXPECT_EQ(match.label, "/a");
}

TEST(Router, answers_head_by_the_route_of_get) {
  const auto router = two_routes();
  const auto match = router.match(request("HEAD", "/b"));
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->method, "GET");
}

TEST(Router, unknown_path_is_404_and_its_label_is_not_the_clients) {
  const auto match = two_routes().match(request("GET", "/nope"));
  ASSERT_TRUE(match.refusal.has_value());
  EXPECT_EQ(match.refusal->status, 404);
  EXPECT_EQ(match.label, kUnknownRoute);
}

TEST(Router, wrong_method_is_405_and_says_which_are_right) {
  const auto router = two_routes();
  const auto match = router.match(request("DELETE", "/a"));
  ASSERT_TRUE(match.refusal.has_value());
  EXPECT_EQ(match.refusal->status, 405);
  EXPECT_THAT(match.refusal->headers, Contains(Pair("Allow", "GET, HEAD, POST")));
  EXPECT_EQ(match.label, "/a");
}

TEST(Router, takes_what_stands_for_braces_decoded) {
  Router router;
  router.add({"GET", "/items/all", RunsOn::kIoThread, {}});
  router.add({"GET", "/items/{id}", RunsOn::kIoThread, {}});
  router.add({"POST", "/items/{id}/{part}", RunsOn::kIoThread, {}});
  const auto match = [&](const char* method, const char* target) {
    return router.match({method, target, {}, "", false});
  };
  EXPECT_EQ(match("GET", "/items/all").label, "/items/all");
  const auto one = match("GET", "/items/a%2Fb?x=1");
  EXPECT_EQ(one.label, "/items/{id}");
  ASSERT_EQ(one.parameters.size(), 1U);
  EXPECT_EQ(one.parameters[0].second, "a/b");
  const auto two = match("POST", "/items/7/wheel");
  ASSERT_EQ(two.parameters.size(), 2U);
  EXPECT_EQ(two.parameters[1].second, "wheel");
  EXPECT_EQ(match("POST", "/items/7").refusal->status, 405);
  for (const char* none : {"/items/", "/items", "/items/7/8/9", "/items/%4", "/other/7"}) {
    EXPECT_EQ(match("GET", none).refusal->status, 404) << none;
  }
}

}  // namespace
}  // namespace container_kit::kit::http
