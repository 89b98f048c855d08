#include "http/worker_pool.h"

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace container_kit::kit::http {
namespace {

namespace asio = boost::asio;

using Answers = std::vector<std::string>;

// Coroutines that run `job` start in order on one thread, so admission is in order too.
void start(asio::io_context& io, WorkerPool& pool, const std::function<void()>& job, std::string name,
           Answers& answers) {
  asio::co_spawn(io, pool.run(job),
                 [&answers, name = std::move(name)](const std::exception_ptr& failure, bool ran) {
                   answers.push_back(name + (failure ? " threw" : ran ? " ran" : " was refused"));
                 });
}

TEST(WorkerPool, admits_as_many_as_run_and_wait_and_no_more) {
  asio::io_context io;
  WorkerPool pool(1, 1);
  Answers answers;
  std::promise<void> gate;
  const std::function<void()> wait = [opened = gate.get_future().share()] { opened.wait(); };
  const std::function<void()> nothing = [] {};
  start(io, pool, wait, "first", answers);
  start(io, pool, nothing, "second", answers);
  start(io, pool, nothing, "third", answers);
  while (answers.empty()) io.run_one();
  EXPECT_EQ(answers, Answers({"third was refused"}));
  gate.set_value();
  io.run();
  EXPECT_EQ(answers, Answers({"third was refused", "first ran", "second ran"}));
}

TEST(WorkerPool, has_room_again_after_a_job_that_throws) {
  asio::io_context io;
  WorkerPool pool(1, 0);
  Answers answers;
  const std::function<void()> fail = [] { throw std::runtime_error("no"); };
  const std::function<void()> nothing = [] {};
  start(io, pool, fail, "first", answers);
  io.run();
  io.restart();
  start(io, pool, nothing, "second", answers);
  io.run();
  EXPECT_EQ(answers, Answers({"first threw", "second ran"}));
}

}  // namespace
}  // namespace container_kit::kit::http
