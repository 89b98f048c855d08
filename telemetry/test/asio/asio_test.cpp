// Asio's coroutines, executors and handlers keep their context: on one thread, on pools, on strands, in
// groups.
#include <array>
#include <thread>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/asio.h>
#include <container_kit/telemetry/in_memory_spans.h>
#include <container_kit/telemetry/manager.h>

#include "support/numbered_context.h"

namespace container_kit::telemetry {
namespace {

namespace bio = boost::asio;
using test::context_number;
using test::current_number;
using ::testing::ElementsAre;

// Lets everything else on the executor go first.
asio::awaitable<> step() {
  const asio::Executor executor = co_await bio::this_coro::executor;
  co_await bio::post(executor, asio::use_awaitable);
}

asio::awaitable<int> scoped(std::uint8_t number, int steps) {
  const ContextScope scope{context_number(number)};
  int wrong = 0;
  for (int count = 0; count < steps; ++count) {
    co_await step();
    wrong += static_cast<int>(current_number() != number);
  }
  co_return wrong;
}

TEST(Asio, InterleavedAwaitablesOnOneThreadNeverSeeEachOthers) {
  bio::io_context io;
  const asio::Executor executor(io.get_executor());
  const ContextScope mine{context_number(9)};
  auto first = bio::co_spawn(executor, scoped(1, 20), bio::use_future);
  auto second = bio::co_spawn(executor, scoped(2, 20), bio::use_future);
  while (io.run_one() != 0) EXPECT_EQ(current_number(), 9);
  EXPECT_EQ(first.get() + second.get(), 0);
}

asio::awaitable<int> nested(std::uint8_t number) {
  const ContextScope scope{context_number(number)};
  const int before = co_await scoped(static_cast<std::uint8_t>(number + 1), 3);
  const int mine = current_number();
  co_await step();
  co_return before * 1000 + (mine == current_number() ? mine : -1);
}

TEST(Asio, AwaitablesNest) {
  bio::io_context io;
  auto answer = bio::co_spawn(io, nested(5), bio::use_future);
  io.run();
  EXPECT_EQ(answer.get(), 5);
  EXPECT_EQ(current_number(), 0);
}

asio::awaitable<std::array<int, 3>> in_parallel() {
  using bio::experimental::awaitable_operators::operator&&;
  const ContextScope scope{context_number(7)};
  const auto [first, second] = co_await (scoped(1, 10) && scoped(2, 10));
  co_return std::array<int, 3>{first, second, current_number()};
}

TEST(Asio, ConcurrentBranchesOfAGroupHaveTheirOwn) {
  bio::thread_pool pool(2);
  for (int round = 0; round < 20; ++round) {
    auto answer = bio::co_spawn(asio::Executor(pool.get_executor()), in_parallel(), bio::use_future);
    EXPECT_THAT(answer.get(), ElementsAre(0, 0, 7));
  }
  pool.join();
}

TEST(Asio, ConcurrentAwaitablesOnPoolsAndStrandsKeepTheirOwn) {
  bio::thread_pool pool(3);
  std::vector<std::future<int>> wrong;
  for (std::uint8_t number = 1; number <= 20; ++number) {
    const asio::Executor executor = number % 2 == 0 ? asio::Executor(pool.get_executor())
                                                    : asio::Executor(bio::make_strand(pool.get_executor()));
    wrong.push_back(bio::co_spawn(executor, scoped(number, 50), bio::use_future));
  }
  for (std::future<int>& one : wrong) EXPECT_EQ(one.get(), 0);
  pool.join();
}

asio::awaitable<> waits_for_ever(bio::steady_timer& timer) {
  const ContextScope outer{context_number(3)};
  const ContextScope inner{context_number(4)};
  co_await timer.async_wait(asio::use_awaitable);
}

TEST(Asio, AwaitablesThatAreDestroyedLeaveTheirDestroyerAlone) {
  const ContextScope mine{context_number(9)};
  {
    bio::io_context io;
    bio::steady_timer timer(io, std::chrono::hours(1));
    bio::co_spawn(io, waits_for_ever(timer), bio::detached);
    io.poll();
    EXPECT_EQ(current_number(), 9);
  }
  EXPECT_EQ(current_number(), 9);
}

TEST(Asio, CancellationAndErrorsComeThrough) {
  bio::io_context io;
  bio::steady_timer timer(io, std::chrono::hours(1));
  auto waiting = bio::co_spawn(io, waits_for_ever(timer), bio::use_future);
  io.poll();
  timer.cancel();
  io.restart();
  io.run();
  EXPECT_THROW(waiting.get(), boost::system::system_error);
  EXPECT_EQ(current_number(), 0);
}

TEST(AsioExecutor, RunsHandlersInItsContext) {
  bio::io_context io;
  const asio::ContextExecutor<bio::io_context::executor_type> executor(io.get_executor(), context_number(6));
  std::vector<int> seen;
  bio::post(executor, [&] { seen.push_back(current_number()); });
  bio::steady_timer timer(io, std::chrono::milliseconds(0));
  timer.async_wait(bio::bind_executor(executor, [&](const auto&) { seen.push_back(current_number()); }));
  bio::post(io, [&] { seen.push_back(current_number()); });
  const ContextScope mine{context_number(9)};
  while (io.run_one() != 0) EXPECT_EQ(current_number(), 9);
  EXPECT_THAT(seen, ::testing::UnorderedElementsAre(6, 6, 9));
  EXPECT_EQ(executor, executor);
  EXPECT_NE(executor, (asio::ContextExecutor<bio::io_context::executor_type>(io.get_executor())));
}

bio::awaitable<void> plain_step() {
  const auto executor = co_await bio::this_coro::executor;
  co_await bio::post(executor, bio::use_awaitable);
}

// A scope lasts up to the next co_await, leaks nowhere, and does no harm.
bio::awaitable<std::vector<int>> plain(std::uint8_t number) {
  std::vector<int> seen{current_number()};
  const ContextScope scope{context_number(number)};
  seen.push_back(current_number());
  co_await plain_step();
  seen.push_back(current_number());
  co_return seen;
}

TEST(AsioExecutor, KeepsPlainAwaitablesInItsContext) {
  bio::io_context io;
  const auto in = [&](std::uint8_t number) {
    return asio::ContextExecutor<bio::io_context::executor_type>(io.get_executor(), context_number(number));
  };
  auto first = bio::co_spawn(in(1), plain(11), bio::use_future);
  auto second = bio::co_spawn(in(2), plain(12), bio::use_future);
  while (io.run_one() != 0) EXPECT_EQ(current_number(), 0);
  EXPECT_THAT(first.get(), ElementsAre(1, 11, 1));
  EXPECT_THAT(second.get(), ElementsAre(2, 12, 2));
}

class Instrumented : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(manager_.initialize()); }
  static Config configured(std::shared_ptr<SpanProcessor> spans) {
    Config config;
    config.traces_to_nowhere = true;
    config.log_level = LogLevel::kNone;
    config.span_processors = {std::move(spans)};
    return config;
  }

  std::shared_ptr<InMemorySpans> spans_ = std::make_shared<InMemorySpans>();
  Manager manager_{configured(spans_)};
};

// One coroutine of each kind: a step, an event, a child, and an answer.
template <typename Awaitable, typename Step>
Awaitable work(Manager& manager, Step next) {
  co_await next();
  Manager::record_event("stepped");
  { const ActiveSpan child = manager.tracing().start_span("child"); }
  co_return 42;
}

// Attributes go in a statement of their own: g++ 12 takes no braced list inside a co_await.
template <typename Awaitable, typename Step>
Awaitable call_tool(Manager& manager, Step next) {
  Operation operation = manager.begin_tool("count");
  operation.span().set_attributes({{"tool.version", "1.0.0"}, {"input.size", 3}});
  const int answer =
      co_await instrument_coroutine(std::move(operation), [&] { return work<Awaitable>(manager, next); });
  co_return answer;
}

constexpr const char* kToolTree =
    "tool.count tool.name=count operation.type=tool_execution tool.version=1.0.0 input.size=3 @stepped\n"
    "  child\n";

TEST_F(Instrumented, AnAwaitableIsATool) {
  bio::thread_pool pool(2);
  const asio::Executor executor(pool.get_executor());
  EXPECT_EQ(bio::co_spawn(executor, call_tool<asio::awaitable<int>>(manager_, &step), bio::use_future).get(),
            42);
  EXPECT_EQ(spans_->tree(), kToolTree);
}

TEST_F(Instrumented, APlainAwaitableIsATool) {
  bio::thread_pool pool(2);
  EXPECT_EQ(bio::co_spawn(pool, call_tool<bio::awaitable<int>>(manager_, &plain_step), bio::use_future).get(),
            42);
  EXPECT_EQ(spans_->tree(), kToolTree);
}

Task<> no_step() {
  co_return;
}

TEST_F(Instrumented, ATaskIsATool) {
  EXPECT_EQ(sync_wait(call_tool<Task<int>>(manager_, &no_step)), 42);
  EXPECT_EQ(spans_->tree(), kToolTree);
  EXPECT_THAT(manager_.scrape().body, ::testing::HasSubstr("tool_execution_total{tool_name=\"count\"} 1"));
}

template <typename Awaitable, typename Step>
Awaitable fail(Step next) {
  co_await next();
  throw std::runtime_error("no luck");
}

template <typename Awaitable, typename Step>
Awaitable build(Manager& manager, Step next) {
  const PipelineStage stage("push", 1, 2);
  co_await instrument_coroutine(manager.begin_pipeline_stage("build", stage),
                                [&] { return fail<Awaitable>(next); });
}

TEST_F(Instrumented, WhatACoroutineThrowsIsSeenAndThrownOn) {
  bio::io_context io;
  auto ours = bio::co_spawn(io, build<asio::awaitable<>>(manager_, &step), bio::use_future);
  auto plain = bio::co_spawn(io, build<bio::awaitable<void>>(manager_, &plain_step), bio::use_future);
  io.run();
  EXPECT_THROW(ours.get(), std::runtime_error);
  EXPECT_THROW(plain.get(), std::runtime_error);
  EXPECT_THROW(sync_wait(build<Task<>>(manager_, &no_step)), std::runtime_error);
  const std::string tree = spans_->tree();
  std::size_t failures = 0;
  for (std::size_t at = tree.find("!no luck"); at != std::string::npos; at = tree.find("!no luck", at + 1))
    ++failures;
  EXPECT_EQ(failures, 3U) << tree;
}

// Two calls at once, each below its own request.
asio::awaitable<> request(Manager& manager, std::string_view route) {
  co_await instrument_coroutine(manager.begin_http_request("GET", route),
                                [&] { return call_tool<asio::awaitable<int>>(manager, &step); });
}

TEST_F(Instrumented, InterleavedRequestsHaveTheirOwnTools) {
  bio::io_context io;
  auto first = bio::co_spawn(io, request(manager_, "/a"), bio::use_future);
  auto second = bio::co_spawn(io, request(manager_, "/b"), bio::use_future);
  io.run();
  first.get();
  second.get();
  const std::string tree = spans_->tree();
  const std::size_t a = tree.find("http.GET /a");
  const std::size_t b = tree.find("http.GET /b");
  ASSERT_NE(a, std::string::npos);
  ASSERT_NE(b, std::string::npos);
  EXPECT_NE(tree.find("\n  tool.count", a), std::string::npos);
  EXPECT_LT(tree.find("\n  tool.count", a), b) << tree;
  EXPECT_NE(tree.find("\n  tool.count", b), std::string::npos) << tree;
}

}  // namespace
}  // namespace container_kit::telemetry
