// Random calls to the span API, decoded by the official schema. The fuzzer of the same name goes on where
// this stops.

#include <random>

#include <gtest/gtest.h>

#include "support/span_api_driver.h"

namespace container_kit::telemetry {
namespace {

TEST(SpanApi, RandomCallsGiveSpansThatTheOfficialSchemaAccepts) {
  std::mt19937 random(42);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::uint8_t> input(random() % 2'000);
    for (std::uint8_t& byte : input) byte = static_cast<std::uint8_t>(random() >> 7);
    ASSERT_EQ(test::drive_span_api(input), "") << "in round " << round;
  }
}

}  // namespace
}  // namespace container_kit::telemetry
