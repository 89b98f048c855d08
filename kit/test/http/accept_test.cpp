#include "http/accept.h"

#include <gtest/gtest.h>

namespace container_kit::kit::http {
namespace {

struct Case {
  const char* accept;
  Accepted json;
  Accepted events;
};

class Accept : public ::testing::TestWithParam<Case> {};

TEST_P(Accept, says_what_the_client_takes) {
  Request request;
  request.headers = {{"accept", GetParam().accept}};
  EXPECT_EQ(accepted(request, "application/json"), GetParam().json);
  EXPECT_EQ(accepted(request, "text/event-stream"), GetParam().events);
}

constexpr auto kNo = Accepted::kNo;
constexpr auto kAny = Accepted::kByWildcard;
constexpr auto kNamed = Accepted::kByName;

INSTANTIATE_TEST_SUITE_P(Http, Accept,
                         ::testing::Values(Case{"*/*", kAny, kAny}, Case{"text/event-stream", kNo, kNamed},
                                           Case{"application/json, text/event-stream", kNamed, kNamed},
                                           Case{"Application/JSON;charset=utf-8", kNamed, kNo},
                                           Case{"text/*;q=0.5", kNo, kAny},
                                           Case{"text/event-stream;q=0, */*", kAny, kAny},
                                           Case{"text/event-stream; Q=0.000", kNo, kNo},
                                           Case{"text/event-stream;q=0.1", kNo, kNamed},
                                           Case{"text/event-streams", kNo, kNo}, Case{"text/html", kNo, kNo},
                                           Case{"", kNo, kNo}, Case{",,;q=0", kNo, kNo}));

TEST(Accept, takes_everything_where_nothing_is_said) {
  EXPECT_EQ(accepted(Request{}, "text/event-stream"), Accepted::kByWildcard);
}

TEST(Accept, may_come_in_several_headers) {
  Request request;
  request.headers = {{"Accept", "text/html"}, {"Accept", "text/event-stream"}};
  EXPECT_EQ(accepted(request, "text/event-stream"), Accepted::kByName);
}

}  // namespace
}  // namespace container_kit::kit::http
