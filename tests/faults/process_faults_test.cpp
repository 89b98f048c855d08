// A process that is killed during an outage: what it had ended arrives after the next start.
#include <gtest/gtest.h>

#include "support/fault_receiver.h"
#include "support/folders.h"

namespace container_kit::tests {
namespace {

constexpr std::uint64_t kMany = 1'000'000;  // more than it gets to
constexpr std::size_t kParcel = 512;

// Kills a source `kills` times, each after it has ended some spans more; then the receiver is back.
void expect_all_after_kills(const std::vector<Fault>& outage, int kills, bool receiver_runs) {
  const Folders folders;
  FaultReceiver receiver;
  receiver.otherwise(outage.front());
  if (!receiver_runs) receiver.stop();
  const auto environment = folders.environment(
      receiver.url(), {{"OTEL_BSP_SCHEDULE_DELAY", "10"}, {"OTEL_EXPORTER_OTLP_TIMEOUT", "500"}});
  std::uint64_t next = 0;  // numbers below it have been used, or skipped
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ended;
  for (int kill = 0; kill < kills; ++kill) {
    SourceProcess source(CONTAINER_KIT_SPAN_SOURCE, environment, next, kMany, 20'000);
    source.wait_until_ended(1'000 + 1'500 * static_cast<std::uint64_t>(kill));
    ended.emplace_back(next, next + source.kill_it());
    next += kMany;
  }
  if (!receiver_runs) receiver.start();
  receiver.otherwise({});
  SourceProcess last(CONTAINER_KIT_SPAN_SOURCE, environment, next, 0, 0);
  ASSERT_EQ(last.tell("drain", "drained"), "drained");
  EXPECT_EQ(last.report().at("dropped_for_room"), 0U);
  EXPECT_EQ(last.stop(), 0);
  for (const auto& [first, end] : ended) {
    ASSERT_GT(end, first);
    const std::uint64_t missing =
        receiver.ledger().account(end).missing - receiver.ledger().account(first).missing;
    EXPECT_EQ(missing, 0U) << "of the spans from " << first << " to " << end;
  }
  EXPECT_LE(receiver.ledger().account(next).duplicates, static_cast<std::uint64_t>(kills) * kParcel);
}

TEST(ProcessFaults, a_kill_while_nobody_listens_costs_no_span) {
  expect_all_after_kills({Fault{}}, 3, false);
}

TEST(ProcessFaults, a_kill_while_the_receiver_hangs_costs_no_span) {
  expect_all_after_kills({Fault{Fault::Kind::kStalls}}, 3, true);
}

TEST(ProcessFaults, a_kill_while_the_receiver_takes_spans_costs_none) {
  expect_all_after_kills({Fault{}}, 3, true);
}

// The first attempt would last ten seconds, and the flight buffer holds what comes in three.
TEST(ProcessFaults, a_receiver_that_hangs_costs_no_span_while_there_is_disk) {
  constexpr std::uint64_t kSpans = 150'000;
  const Folders folders;
  FaultReceiver receiver;
  receiver.otherwise({Fault::Kind::kStalls});
  SourceProcess source(CONTAINER_KIT_SPAN_SOURCE, folders.environment(receiver.url()), 0, kSpans, 30'000);
  EXPECT_EQ(source.wait_until_ended(kSpans), kSpans);
  EXPECT_EQ(source.report().at("without_room"), 0U);
  receiver.stop();
  receiver.otherwise({});
  receiver.start();
  ASSERT_EQ(source.tell("drain", "drained"), "drained");
  EXPECT_EQ(receiver.ledger().account(kSpans).missing, 0U);
  EXPECT_EQ(source.stop(), 0);
}

}  // namespace
}  // namespace container_kit::tests
