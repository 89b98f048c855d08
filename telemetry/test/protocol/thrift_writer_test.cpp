#include "protocol/thrift_writer.h"

#include <random>

#include <gtest/gtest.h>

#include "support/thrift_driver.h"

namespace container_kit::telemetry::test {
namespace {

// The fuzzer goes on from here.
TEST(ThriftWriter, writes_what_another_reader_reads_back) {
  std::mt19937 random(1);
  for (int round = 0; round < 3'000; ++round) {
    std::string bytes(random() % 600, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_EQ(drive_thrift_writer(bytes), "") << "in round " << round;
  }
}

}  // namespace
}  // namespace container_kit::telemetry::test
