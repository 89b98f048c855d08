// Memory stays bounded whatever the receiver does: with the defaults a process grows by 64 MiB at most, while
// spans end as fast as there is room for them.
#include <gtest/gtest.h>

#include "support/fault_receiver.h"
#include "support/folders.h"

namespace container_kit::tests {
namespace {

constexpr std::uint64_t kMostGrowthKib = 64 * 1'024;
// 24 MiB of flight buffer hold about 150,000.
constexpr std::uint64_t kSpans = 600'000;

// A busy machine may not drain so many, and they are dropped and counted: that is not looked at here.
void expect_bounded(FaultReceiver& receiver, SourceProcess::Environment more) {
  const Folders folders;
  SourceProcess source(CONTAINER_KIT_SPAN_SOURCE, folders.environment(receiver.url(), std::move(more)), 0,
                       kSpans, 200'000);
  EXPECT_EQ(source.wait_until_ended(kSpans), kSpans);
  const auto report = source.report();
  std::printf("%llu spans: grew by %llu KiB, %llu spooled, %llu without room\n",
              static_cast<unsigned long long>(kSpans),
              static_cast<unsigned long long>(report.at("growth_kib")),
              static_cast<unsigned long long>(report.at("spool_spans")),
              static_cast<unsigned long long>(report.at("without_room")));
  EXPECT_LE(report.at("growth_kib"), kMostGrowthKib);
  EXPECT_GT(report.at("growth_kib"), 1'024U);  // it was measured
}

TEST(Memory, is_bounded_while_the_receiver_is_away) {
  FaultReceiver receiver;
  receiver.stop();
  expect_bounded(receiver, {});
}

TEST(Memory, is_bounded_while_the_receiver_hangs) {
  FaultReceiver receiver;
  receiver.otherwise({Fault::Kind::kStalls});
  expect_bounded(receiver, {});
}

TEST(Memory, is_bounded_without_a_spool) {
  FaultReceiver receiver;
  receiver.otherwise({Fault::Kind::kStalls});
  expect_bounded(receiver, {{"CONTAINER_KIT_SPOOL_ENABLED", "false"}});
}

}  // namespace
}  // namespace container_kit::tests
