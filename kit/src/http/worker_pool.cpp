#include "http/worker_pool.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <container_kit/telemetry/process_metrics.h>

namespace container_kit::kit::http {
namespace asio = boost::asio;

namespace {

// One admitted job; gives its place back when it ends, also by an exception.
class Place {
 public:
  explicit Place(std::atomic<std::size_t>& admitted) : admitted_(admitted) {}
  ~Place() { --admitted_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::atomic<std::size_t>& admitted_;
  telemetry::TaskCount alive_;
};

asio::awaitable<void> call(const std::function<void()>& job) {
  job();
  co_return;
}

}  // namespace

asio::awaitable<bool> WorkerPool::run(const std::function<void()>& job) {
  if (admitted_.fetch_add(1) >= capacity_) {
    --admitted_;
    co_return false;
  }
  const Place place(admitted_);
  co_await asio::co_spawn(pool_.get_executor(), call(job), asio::use_awaitable);
  co_return true;
}

}  // namespace container_kit::kit::http
