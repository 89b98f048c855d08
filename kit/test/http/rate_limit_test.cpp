#include "http/rate_limit.h"

#include <gtest/gtest.h>

namespace container_kit::kit::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RateLimit, lets_a_burst_through_and_then_a_steady_rate) {
  RateLimit limit(10);
  const RateLimit::TimePoint start{};
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(limit.refuse("a", start)) << i;
  EXPECT_EQ(limit.refuse("a", start), seconds(1));
  EXPECT_FALSE(limit.refuse("b", start)) << "another client";
  EXPECT_FALSE(limit.refuse("a", start + milliseconds(100)));
  EXPECT_TRUE(limit.refuse("a", start + milliseconds(100)));
}

TEST(RateLimit, of_nothing_is_no_limit) {
  RateLimit limit(0);
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(limit.refuse("a", {}));
}

TEST(RateLimit, remembers_no_more_clients_than_its_bound) {
  RateLimit limit(1);
  const RateLimit::TimePoint start{};
  for (std::size_t i = 0; i < 3 * RateLimit::kMostClients; ++i) {
    EXPECT_FALSE(limit.refuse(std::to_string(i), start));
  }
}

TEST(RateLimit, takes_a_network_of_ipv6_for_one_client) {
  EXPECT_EQ(client_of("2001:db8::1"), client_of("2001:db8::ffff:2"));
  EXPECT_NE(client_of("2001:db8::1"), client_of("2001:db8:0:1::1"));
  EXPECT_EQ(client_of("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client_of("192.0.2.7"), "192.0.2.7");
}

}  // namespace
}  // namespace container_kit::kit::http
