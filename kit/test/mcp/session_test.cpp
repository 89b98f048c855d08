#include "mcp/session.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace container_kit::kit::mcp {
namespace {

TEST(Session, ids_are_visible_ascii_and_not_alike) {
  const auto a = SessionTable::make();
  const auto b = SessionTable::make();
  EXPECT_EQ(a->id().size(), 32U);
  EXPECT_NE(a->id(), b->id());
  EXPECT_TRUE(std::all_of(a->id().begin(), a->id().end(), [](char c) { return c >= '!' && c <= '~'; }));
}

TEST(SessionTable, forgets_the_one_used_longest_ago) {
  SessionTable table(2, std::chrono::hours(1));
  const auto first = SessionTable::make();
  const auto second = SessionTable::make();
  EXPECT_TRUE(table.add(first).empty());
  EXPECT_TRUE(table.add(second).empty());
  EXPECT_EQ(table.find(first->id()), first);  // used now
  const auto ended = table.add(SessionTable::make());
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0], second);
  EXPECT_EQ(table.find(second->id()), nullptr);
  EXPECT_EQ(table.remove(first->id()), first);
  EXPECT_EQ(table.remove(first->id()), nullptr);
}

TEST(SessionTable, forgets_idle_ones_but_not_those_at_work) {
  SessionTable table(9, std::chrono::milliseconds(-1));
  const auto idle = SessionTable::make();
  const auto busy = SessionTable::make();
  const CallTable::Entry call(busy->calls(), "i:1");
  table.add(busy);
  table.add(idle);
  const auto ended = table.add(SessionTable::make());
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0], idle);
}

TEST(CallTable, cancels_the_call_that_is_meant) {
  CallTable calls;
  CallTable::Entry a(calls, "i:1");
  CallTable::Entry b(calls, "s:1");
  calls.cancel("i:1");
  calls.cancel("i:2");
  EXPECT_TRUE(a.stop().stop_requested());
  EXPECT_FALSE(b.stop().stop_requested());
  calls.cancel_all();
  EXPECT_TRUE(b.stop().stop_requested());
}

TEST(PendingRequests, gives_an_answer_to_who_asked) {
  PendingRequests pending;
  auto asked = pending.ask();
  EXPECT_FALSE(pending.take(asked.id + 1, {}));
  EXPECT_TRUE(pending.take(asked.id, {}));
  EXPECT_FALSE(pending.take(asked.id, {}));
  EXPECT_EQ(asked.answer.wait_for(std::chrono::seconds(0)), std::future_status::ready);
}

TEST(LogLevels, have_names) {
  EXPECT_EQ(log_level_of("warning"), LogLevel::kWarning);
  EXPECT_EQ(name_of(LogLevel::kEmergency), "emergency");
  EXPECT_FALSE(log_level_of("loud"));
}

}  // namespace
}  // namespace container_kit::kit::mcp
