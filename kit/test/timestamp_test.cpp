#include <gtest/gtest.h>

#include <container_kit/kit/timestamp.h>

namespace container_kit::kit {
namespace {

std::string of(std::int64_t milliseconds) {
  return timestamp(std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(milliseconds)));
}

TEST(Timestamp, is_rfc_3339_in_utc_to_the_millisecond) {
  EXPECT_EQ(of(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(of(1'700'000'000'042), "2023-11-14T22:13:20.042Z");
  EXPECT_EQ(of(1'709'251'199'999), "2024-02-29T23:59:59.999Z");
  EXPECT_EQ(of(-1), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace container_kit::kit
