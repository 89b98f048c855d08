// The threads tools run on, and how many calls may wait for one.
//
// Thread safety: run() from any coroutine. Destruction waits for the work that is running.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

namespace container_kit::kit::http {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queued) : capacity_(threads + queued), pool_(threads) {}

  // Runs `job` on a pool thread and resumes the caller on its own executor. False, and nothing has run, when
  // threads and queue are full. What `job` throws is thrown to the caller, which keeps `job` alive until it
  // is resumed.
  boost::asio::awaitable<bool> run(const std::function<void()>& job);

  // Waits for every job.
  void join() { pool_.join(); }

 private:
  const std::size_t capacity_;
  std::atomic<std::size_t> admitted_{0};
  boost::asio::thread_pool pool_;
};

}  // namespace container_kit::kit::http
